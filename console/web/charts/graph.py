"""The picture of an operation: its steps as a graph, wide for screens, narrow for phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.layers import Layout, ancestors, lay_out, ranks
from console.web.charts.svg import drawing, fit, joined, n, path
from console.web.states import look_of, worst

WIDTH, SMALLEST_PITCH, ROW, BOX = 1152, 112, 50, 40
GAP = 16
NARROW, PER_LINE, LINE = 358, 5, 58
HOLDING = ("blocked", "failed", "approval")


@dataclass(frozen=True, slots=True)
class Node:
    """One step. `note` is its second line, `group` joins steps of one kind that stand in the same column."""

    key: str
    label: str
    state: str
    needs: tuple[str, ...] = ()
    note: str = ""
    href: str = ""
    group: str = ""


def graph(nodes: Iterable[Node]) -> SafeString:
    """Both drawings; the table of steps beside them carries the same for those who do not see."""
    drawn = grouped(list(nodes))
    layout = lay_out({node.key: node.needs for node in drawn})
    hot = held_up(drawn)
    wide = format_html(
        '<div class="scroller only-wide" tabindex="0" role="region" aria-label="Graph of steps">{}</div>',
        _wide(drawn, layout, hot),
    )
    return joined([wide, _narrow(drawn, layout, hot)])


def grouped(nodes: Sequence[Node]) -> list[Node]:
    """Join nodes of one group and column into one, which shows the worst state and how many are done."""
    column = ranks(
        {node.key: [need for need in node.needs if any(need == each.key for each in nodes)] for node in nodes}
    )
    home = {node.key: f"{node.group}-{column[node.key]}" if node.group else node.key for node in nodes}
    members: dict[str, list[Node]] = {}
    for node in nodes:
        members.setdefault(home[node.key], []).append(node)
    return [_joined(key, found, home) for key, found in members.items()]


def _joined(key: str, members: Sequence[Node], home: dict[str, str]) -> Node:
    needs = tuple(dict.fromkeys(home[need] for node in members for need in node.needs if need in home))
    first = members[0]
    if len(members) == 1:
        return replace(first, key=key, needs=needs)
    done = sum(look_of(node.state).look in ("succeeded", "skipped") for node in members)
    state = worst([node.state for node in members])
    return Node(key, first.group, state, needs, f"{done} of {len(members)}", first.href)


def held_up(nodes: Sequence[Node]) -> frozenset[str]:
    """The nodes that wait for a person, and everything behind them."""
    above = ancestors({node.key: node.needs for node in nodes})
    holding = {node.key for node in nodes if look_of(node.state).look in HOLDING}
    return frozenset(holding | {key for key, before in above.items() if before & holding})


def _edge_class(edge: tuple[str, str], nodes: dict[str, Node], hot: frozenset[str]) -> str:
    source, target = edge
    if source in hot and target in hot:
        return "edge edge--hot"
    return "edge edge--done" if look_of(nodes[source].state).look == "succeeded" else "edge"


# --- wide: columns from left to right ---


def _wide(nodes: Sequence[Node], layout: Layout, hot: frozenset[str]) -> SafeString:
    pitch = max(SMALLEST_PITCH, (WIDTH + GAP) / max(layout.columns, 8))
    by_key = {node.key: node for node in nodes}
    occupied = layout.cells()
    edges = [
        path(_edge_class(edge, by_key, hot), _route(layout, edge, pitch, occupied))
        for edge in sorted(layout.edges, key=lambda edge: edge[0] in hot and edge[1] in hot)
    ]
    boxes = [_box(node, layout, pitch) for node in nodes]
    size = max(WIDTH, layout.columns * pitch - GAP), layout.rows * ROW - (ROW - BOX) + 3
    label = f"Graph of {len(nodes)} steps; the same data is in the table of steps"
    return drawing("dgm dgm--graph", *size, label, [*edges, *boxes], role="group")


def _box(node: Node, layout: Layout, pitch: float) -> SafeString:
    x, y = layout.column[node.key] * pitch + 0.5, layout.row[node.key] * ROW + 1.5
    width = pitch - GAP - 1
    look = look_of(node.state)
    inner = format_html(
        '<title>{}: {}{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<use href="#s-{}" x="{}" y="{}" width="14" height="14"/><text x="{}" y="{}">{}</text>'
        '<text class="t2" x="{}" y="{}">{}</text>',
        node.label,
        look.word,
        f", {node.note}" if node.note else "",
        n(x),
        n(y),
        n(width),
        BOX,
        look.look,
        n(x + 6.5),
        n(y + 5.5),
        n(x + 24.5),
        n(y + 16.5),
        fit(node.label, width - 28),
        n(x + 24.5),
        n(y + 31.5),
        fit(node.note, width - 28, 5.6),
    )
    if node.href:
        return format_html('<a class="node" data-s="{}" href="{}">{}</a>', look.look, node.href, inner)
    return format_html('<g class="node" data-s="{}">{}</g>', look.look, inner)


def _route(layout: Layout, edge: tuple[str, str], pitch: float, occupied: set[tuple[int, int]]) -> str:
    """A line with one bend, in the gap before the target or behind the source, wherever it crosses fewer boxes."""
    (a, b), (c, d) = ((layout.column[key], layout.row[key]) for key in edge)
    x1, y1 = a * pitch + pitch - GAP, b * ROW + 21.5
    x2, y2 = c * pitch + 0.5, d * ROW + 21.5
    if b == d:
        return f"M{n(x1)} {n(y1)}H{n(x2)}"
    between = range(a + 1, c)
    late = sum((column, b) in occupied for column in between) <= sum(
        (column, d) in occupied for column in between
    )
    bend = x2 - GAP / 2 if late else x1 + GAP / 2
    turn = 5 if y2 > y1 else -5
    return (
        f"M{n(x1)} {n(y1)}H{n(bend - 5)}Q{n(bend)} {n(y1)} {n(bend)} {n(y1 + turn)}"
        f"V{n(y2 - turn)}Q{n(bend)} {n(y2)} {n(bend + 5)} {n(y2)}H{n(x2)}"
    )


# --- narrow: lines from top to bottom ---


def _narrow(nodes: Sequence[Node], layout: Layout, hot: frozenset[str]) -> SafeString:
    spot = narrow_spots(layout)
    by_key = {node.key: node for node in nodes}
    edges = [
        path(_edge_class(edge, by_key, hot), _curve(*spot[edge[0]], *spot[edge[1]]))
        for edge in sorted(layout.edges, key=lambda edge: edge[0] in hot and edge[1] in hot)
    ]
    dots = [_dot(node, *spot[node.key]) for node in nodes]
    height = max((y for _, y in spot.values()), default=0) + 44
    return drawing("dgm only-narrow", NARROW, height, f"Graph of {len(nodes)} steps", [*edges, *dots])


def narrow_spots(layout: Layout) -> dict[str, tuple[float, float]]:
    """The middle of each glyph: a column becomes one line, or several of five."""
    spots: dict[str, tuple[float, float]] = {}
    line = 0
    for column in range(layout.columns):
        keys = sorted(
            (key for key in layout.column if layout.column[key] == column), key=layout.row.__getitem__
        )
        for start in range(0, len(keys), PER_LINE):
            chunk = keys[start : start + PER_LINE]
            step = NARROW / len(chunk)
            spots.update({key: (step * (place + 0.5), line * LINE + 14.0) for place, key in enumerate(chunk)})
            line += 1
    return spots


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{n(x1)} {n(y1 + 24)}C{n(x1)} {n(y1 + 40)} {n(x2)} {n(y2 - 24)} {n(x2)} {n(y2 - 10)}"


def _dot(node: Node, x: float, y: float) -> SafeString:
    look = look_of(node.state)
    return format_html(
        '<g class="node" data-s="{}"><title>{}: {}</title><use href="#s-{}" x="{}" y="{}" width="16" height="16"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        look.look,
        node.label,
        look.word,
        look.look,
        n(x - 8),
        n(y - 8),
        n(x),
        n(y + 20),
        fit(node.label, 66, 5.8),
    )
