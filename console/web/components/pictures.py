"""Charts and diagrams as tags; the drawing is in `console/web/charts/`."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.components.registry import Content, register, when


@register.simple_block_tag
def chart(
    content: Content, *, title: str, url: str, label: str, unit: str = "", now: str = "", table_id: str = ""
) -> SafeString:
    """A Plotly chart fetched from `url`; `label` says the finding, the block holds the same as a table.

    The page adds `<script>` of `js/chart.js` in its `scripts` block and `charts.plotly.allow_styles` in its view.
    """
    head = format_html(
        '<figcaption class="chart__head">{}{}{}</figcaption>',
        title,
        when(unit, ' <span class="unit">{}</span>', unit),
        when(now, '<span class="now">{}</span>', now),
    )
    table = when(
        content.strip(),
        '<details{}><summary class="s13">As a table</summary>{}</details>',
        when(table_id, ' id="{}"', table_id),
        content,
    )
    return format_html(
        '<figure class="chart">{}<div class="plot" data-chart="{}" role="img" aria-label="{}" aria-busy="true"></div>{}</figure>',
        head,
        url,
        label,
        table,
    )
