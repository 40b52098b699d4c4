"""The narrow drawing of a graph, for phones: lines from top to bottom, a glyph and its word."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.layers import Layout
from console.web.charts.nodes import Node, edge_class, hot_last
from console.web.charts.svg import drawing, fit, n, path
from console.web.states import look_of

NARROW, PER_LINE, LINE = 358, 5, 58


def narrow(nodes: Sequence[Node], layout: Layout, hot: frozenset[str]) -> SafeString:
    spot = narrow_spots(layout)
    by_key = {node.key: node for node in nodes}
    edges = [
        path(edge_class(edge, by_key, hot), _curve(*spot[edge[0]], *spot[edge[1]]))
        for edge in hot_last(layout.edges, hot)
    ]
    dots = [_dot(node, *spot[node.key]) for node in nodes]
    height = max((y for _, y in spot.values()), default=0) + 44
    return drawing("dgm only-narrow", NARROW, height, f"Graph of {len(nodes)} steps", [*edges, *dots])


def narrow_spots(layout: Layout) -> dict[str, tuple[float, float]]:
    """The middle of each glyph: a column becomes one line, or several of five."""
    spots: dict[str, tuple[float, float]] = {}
    line = 0
    for column in range(layout.columns):
        keys = sorted((key for key in layout.column if layout.column[key] == column), key=layout.row.__getitem__)
        for start in range(0, len(keys), PER_LINE):
            chunk = keys[start : start + PER_LINE]
            step = NARROW / len(chunk)
            spots.update({key: (step * (place + 0.5), line * LINE + 14.0) for place, key in enumerate(chunk)})
            line += 1
    return spots


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{n(x1)} {n(y1 + 24)}C{n(x1)} {n(y1 + 40)} {n(x2)} {n(y2 - 24)} {n(x2)} {n(y2 - 10)}"


@lru_cache(maxsize=2048)
def _dot(node: Node, x: float, y: float) -> SafeString:
    look = look_of(node.state)
    return format_html(
        '<g class="node" data-s="{}"><title>{}: {}</title>'
        '<use href="#s-{}" x="{}" y="{}" width="16" height="16"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        look.look,
        node.label,
        look.word,
        look.look,
        n(x - 8),
        n(y - 8),
        n(x),
        n(y + 20),
        fit(node.short or node.label, 68, 6.2),
    )
