"""The wide drawing of a graph: columns from left to right, as wide as their longest label."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.layers import Layout
from console.web.charts.nodes import Node, edge_class, hot_last
from console.web.charts.svg import drawing, fit, n, path
from console.web.states import look_of

WIDTH, ROW, BOX = 1152, 50, 40
NARROWEST, WIDEST, SMALLEST_GAP, LARGEST_GAP = 84, 158, 16, 36


@dataclass(frozen=True, slots=True)
class Columns:
    left: tuple[float, ...]
    width: tuple[float, ...]
    gap: float

    def place(self, column: int) -> tuple[float, float]:
        return self.left[column], self.width[column]

    @property
    def whole(self) -> float:
        return self.left[-1] + self.width[-1] + 1 if self.left else WIDTH


def columns_of(nodes: Sequence[Node], layout: Layout) -> Columns:
    """Give each column what its longest line needs; what is left widens the gaps between them."""
    wanted = [float(NARROWEST)] * layout.columns
    for node in nodes:
        column = layout.column[node.key]
        needed = 32 + max(len(node.label) * 6.4, len(node.note) * 6)
        wanted[column] = min(max(wanted[column], needed), WIDEST)
    spare = WIDTH - 2 - sum(wanted)
    gap = min(max(spare / max(len(wanted) - 1, 1), SMALLEST_GAP), LARGEST_GAP)
    left = [0.5 + sum(wanted[:place]) + gap * place for place in range(len(wanted))]
    return Columns(tuple(left), tuple(wanted), gap)


def wide(nodes: Sequence[Node], layout: Layout, hot: frozenset[str]) -> SafeString:
    columns = columns_of(nodes, layout)
    by_key = {node.key: node for node in nodes}
    occupied = layout.cells()
    edges = [
        path(edge_class(edge, by_key, hot), _route(layout, edge, columns, occupied))
        for edge in hot_last(layout.edges, hot)
    ]
    boxes = [_box(node, *columns.place(layout.column[node.key]), layout.row[node.key]) for node in nodes]
    size = max(WIDTH, columns.whole), layout.rows * ROW - (ROW - BOX) + 3
    label = f"Graph of {len(nodes)} steps; the same data is in the table of steps"
    return drawing("dgm dgm--graph", *size, label, [*edges, *boxes], role="group")


@lru_cache(maxsize=2048)
def _box(node: Node, x: float, width: float, row: int) -> SafeString:
    """Kept, since a page that is watched draws the same boxes every two seconds."""
    y = row * ROW + 1.5
    look = look_of(node.state)
    frame = format_html('<rect x="{}" y="{}" width="{}" height="{}" rx="6"/>', n(x), n(y), n(width), BOX)
    mark = '<use href="#s-{}" x="{}" y="{}" width="14" height="14"/>'
    inner = format_html(
        "<title>{}: {}{}</title>{}{}{}{}",
        node.label,
        look.word,
        f", {node.note}" if node.note else "",
        frame,
        format_html(mark, look.look, n(x + 6.5), n(y + 5.5)),
        format_html('<text x="{}" y="{}">{}</text>', n(x + 24.5), n(y + 16.5), fit(node.label, width - 26)),
        format_html(
            '<text class="t2" x="{}" y="{}">{}</text>', n(x + 24.5), n(y + 31.5), fit(node.note, width - 26)
        ),
    )
    if node.href:
        return format_html('<a class="node" data-s="{}" href="{}">{}</a>', look.look, node.href, inner)
    return format_html('<g class="node" data-s="{}">{}</g>', look.look, inner)


def _route(layout: Layout, edge: tuple[str, str], columns: Columns, occupied: set[tuple[int, int]]) -> str:
    """A line with one bend: before the target or behind the source, wherever it crosses fewer boxes."""
    (a, b), (c, d) = ((layout.column[key], layout.row[key]) for key in edge)
    x1, y1 = columns.left[a] + columns.width[a], b * ROW + 21.5
    x2, y2 = columns.left[c], d * ROW + 21.5
    if b == d:
        return f"M{n(x1)} {n(y1)}H{n(x2)}"
    between = range(a + 1, c)
    late = sum((column, b) in occupied for column in between) <= sum((column, d) in occupied for column in between)
    bend = x2 - columns.gap / 2 if late else x1 + columns.gap / 2
    turn = 5 if y2 > y1 else -5
    return (
        f"M{n(x1)} {n(y1)}H{n(bend - 5)}Q{n(bend)} {n(y1)} {n(bend)} {n(y1 + turn)}"
        f"V{n(y2 - turn)}Q{n(bend)} {n(y2)} {n(bend + 5)} {n(y2)}H{n(x2)}"
    )
