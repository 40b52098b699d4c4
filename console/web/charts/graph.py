"""The picture of an operation: its steps as a graph, wide for screens, narrow for phones."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.graph_narrow import narrow
from console.web.charts.graph_wide import wide
from console.web.charts.layers import lay_out
from console.web.charts.nodes import Node, grouped, held_up
from console.web.charts.svg import joined

__all__ = ["Node", "graph"]


def graph(nodes: Iterable[Node]) -> SafeString:
    """Both drawings; the table of steps beside them carries the same for those who do not see."""
    drawn = grouped(list(nodes))
    layout = lay_out({node.key: node.needs for node in drawn})
    hot = held_up(drawn)
    frame = '<div class="scroller only-wide" tabindex="0" role="region" aria-label="Graph of steps">{}</div>'
    return joined([format_html(frame, wide(drawn, layout, hot)), narrow(drawn, layout, hot)])
