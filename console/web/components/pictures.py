"""Charts and diagrams as tags; the drawing is in `console/web/charts/`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts import activity, timeline
from console.web.charts import graph as graphs
from console.web.charts import lifetimes as lives
from console.web.charts import network as networks
from console.web.charts import tree as trees
from console.web.components.registry import Content, join, register, when


@register.simple_tag
def graph(*, nodes: Iterable[graphs.Node]) -> SafeString:
    """The steps of an operation as a graph, wide and narrow."""
    return graphs.graph(nodes)


@register.simple_tag
def time_axis(*, axis: timeline.Axis) -> SafeString:
    """The head of a column of `time_bar`s."""
    return timeline.axis_head(axis)


@register.simple_tag
def time_bar(*, axis: timeline.Axis, bar: timeline.Bar) -> SafeString:
    """One step on the axis, for a cell of class `tlc`."""
    return timeline.bar(axis, bar)


@register.simple_tag
def network_diagram(*, network: networks.Network) -> SafeString:
    return networks.network(network)


@register.simple_tag
def subnet_diagram(*, cidr: str, zones: Sequence[networks.Zone]) -> SafeString:
    return networks.subnets(cidr, zones)


@register.simple_tag
def address_bar(
    *, cidr: str, parts: Sequence[tuple[str, str]], taken: Sequence[tuple[str, str]] = ()
) -> SafeString:
    return networks.address_space(cidr, parts, taken)


@register.simple_tag
def tree(*, groups: Sequence[Sequence[trees.Twig]], heads: str, label: str) -> SafeString:
    """Three levels as boxes and lines; `heads` is "Roots | Intermediates | Leaves"."""
    return trees.tree(groups, heads=[head.strip() for head in heads.split("|")], label=label)


@register.simple_tag
def lifetimes(*, rows: Sequence[lives.Life], at: datetime, days: int) -> SafeString:
    """How long each row still lives, on an axis of `days`."""
    return lives.lifetimes(rows, at=at, days=days)


@register.simple_tag
def lifetimes_legend() -> SafeString:
    return lives.legend()


LEGEND = {"public": "k3", "private": "k1", "database": "k2", "taken": "taken", "in use": "k5", "needed": "k1"}


@register.simple_tag
def legend(*, series: str, notes: str = "") -> SafeString:
    """Squares with their names: `series="public | private"`; `notes` adds what each means."""
    names = [name.strip() for name in series.split("|")]
    said = [note.strip() for note in notes.split("|")] if notes else [""] * len(names)
    keys = [
        format_html(
            '<span><svg width="10" height="10"><rect class="{}" width="10" height="10" rx="2"/></svg>{}{}</span>',
            LEGEND[name],
            name,
            when(note, ": {}", note),
        )
        for name, note in zip(names, said, strict=True)
    ]
    return format_html('<div class="legend">{}</div>', format_html("{}" * len(keys), *keys))


@register.simple_block_tag
def chart(content: Content, *, title: str, url: str, label: str, unit: str = "", now: str = "") -> SafeString:
    """A Plotly chart fetched from `url`; `label` says the finding, the block holds the same as a table.

    The page includes `layout/chart_scripts.html` in its block `scripts`; its view is wrapped by
    `console.web.charts.plotly.with_charts`.
    """
    head = format_html(
        '<figcaption class="chart__head">{}{}{}</figcaption>',
        title,
        when(unit, ' <span class="unit">{}</span>', unit),
        when(now, '<span class="now">{}</span>', now),
    )
    table = when(content.strip(), '<details><summary class="s13">As a table</summary>{}</details>', content)
    plot = format_html(
        '<div class="plot" data-chart="{}" role="img" aria-label="{}" aria-busy="true"></div>', url, label
    )
    return format_html('<figure class="chart">{}{}{}</figure>', head, plot, table)


@register.simple_block_tag
def activity_bars(
    content: Content, *, bars: Sequence[activity.Bar], start: datetime, end: datetime, label: str
) -> SafeString:
    """Bars of how much happened when, in UTC; `label` says the finding, the block is the same as a table."""
    axis = join(format_html("<span>{}</span>", words) for words in activity.ticks(start, end))
    table = when(content.strip(), '<details><summary class="s13">As a table</summary>{}</details>', content)
    return format_html(
        '<figure class="activity">{}<div class="hist-ax" aria-hidden="true">{}</div>{}</figure>',
        activity.bars(bars, label),
        axis,
        table,
    )
