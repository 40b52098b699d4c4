"""A tree of three levels from left to right, and the same indented for phones; each node is a link."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.svg import drawing, fit, joined, n, path, text
from console.web.states import look_of

WIDTH, COLUMN, BOX = 700, 245, 208
PITCH, HEIGHT, TOP = 52, 40, 22
NARROW, INDENT = 358, 24


@dataclass(frozen=True, slots=True)
class Twig:
    """One node; `planned` draws the line to it dashed, `selected` marks it and what hangs on it."""

    label: str
    note: str
    state: str
    href: str = ""
    children: tuple["Twig", ...] = ()
    selected: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    twig: Twig
    level: int
    y: float
    """Of its middle."""
    hot: bool
    children: tuple["Placed", ...] = ()

    def walk(self) -> Iterator["Placed"]:
        yield self
        for child in self.children:
            yield from child.walk()


def tree(groups: Sequence[Sequence[Twig]], *, heads: Sequence[str], label: str) -> SafeString:
    """Groups are separated by a line; `heads` name the columns."""
    return joined([_wide(groups, heads, label), _narrow(groups)])


def _wide(groups: Sequence[Sequence[Twig]], heads: Sequence[str], label: str) -> SafeString:
    parts = [text("ax", COLUMN * number, 12, head) for number, head in enumerate(heads)]
    top = float(TOP)
    for number, twigs in enumerate(groups):
        if number:
            parts.append(path("edge edge--cut", f"M0 {n(top + 4)}H{WIDTH}"))
            top += 16
        placed = []
        for twig in twigs:
            one, top = _placed(twig, 0, top, hot=False)
            placed.append(one)
        everyone = [each for one in placed for each in one.walk()]
        parts += sorted((edge for each in everyone for edge in _edges(each)), key=lambda edge: "hot" in edge)
        parts += [_box(each.twig, COLUMN * each.level, each.y - HEIGHT / 2, BOX) for each in everyone]
    frame = '<div class="scroller only-wide" tabindex="0" role="region" aria-label="Tree of certificates">{}</div>'
    return format_html(frame, drawing("dgm dgm--tree", WIDTH, top, label, parts, role="group"))


def _placed(twig: Twig, level: int, top: float, *, hot: bool) -> tuple[Placed, float]:
    """The node in the middle of what hangs on it, and where the next one begins."""
    if not twig.children:
        return Placed(twig, level, top + HEIGHT / 2, hot), top + PITCH
    children, below = [], top
    for child in twig.children:
        placed, below = _placed(child, level + 1, below, hot=hot or twig.selected)
        children.append(placed)
    middle = (children[0].y + children[-1].y) / 2
    return Placed(twig, level, middle, hot, tuple(children)), below


def _edges(parent: Placed) -> Iterator[SafeString]:
    x, to = COLUMN * parent.level + BOX + 1, COLUMN * (parent.level + 1)
    bend = (x + to) / 2
    for child in parent.children:
        css = "edge edge--hot" if child.hot else "edge edge--plan" if child.twig.planned else "edge"
        if abs(child.y - parent.y) < 1:
            yield path(css, f"M{n(x)} {n(parent.y)}H{n(to)}")
            continue
        turn = 5 if child.y > parent.y else -5
        yield path(
            css,
            f"M{n(x)} {n(parent.y)}H{n(bend - 5)}Q{n(bend)} {n(parent.y)} {n(bend)} {n(parent.y + turn)}"
            f"V{n(child.y - turn)}Q{n(bend)} {n(child.y)} {n(bend + 5)} {n(child.y)}H{n(to)}",
        )


def _box(twig: Twig, x: float, y: float, width: float) -> SafeString:
    look = look_of(twig.state)
    inner = format_html(
        '<title>{}: {}, {}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<use href="#s-{}" x="{}" y="{}" width="14" height="14"/>{}{}',
        twig.label,
        twig.note,
        look.word,
        n(x + 0.5),
        n(y + 0.5),
        n(width),
        HEIGHT,
        look.look,
        n(x + 9),
        n(y + 7),
        text("", x + 29, y + 17, fit(twig.label, width - 34, 6.4)),
        text("t2", x + 29, y + 32, fit(twig.note, width - 34, 5.8)),
    )
    css = "node node--sel" if twig.selected else "node"
    if not twig.href:
        return format_html('<g class="{}" data-s="{}">{}</g>', css, look.look, inner)
    return format_html('<a class="{}" data-s="{}" href="{}">{}</a>', css, look.look, twig.href, inner)


def _narrow(groups: Sequence[Sequence[Twig]]) -> SafeString:
    parts: list[SafeString] = []
    y = 1.0
    for twigs in groups:
        for twig in twigs:
            y = _indented(twig, 0, y, parts, hot=False)
    return drawing("dgm only-narrow", NARROW, max(y, 1), "The same tree, indented", parts, role="group")


def _indented(twig: Twig, level: int, y: float, parts: list[SafeString], *, hot: bool) -> float:
    x = INDENT * level
    below = y + PITCH - 4
    parts.append(_box(twig, x, y, NARROW - x - 1))
    for child in twig.children:
        css = "edge edge--hot" if hot or twig.selected else "edge"
        parts.append(path(css, f"M{n(x + 12)} {n(y + HEIGHT)}V{n(below + HEIGHT / 2)}H{n(x + INDENT)}"))
        below = _indented(child, level + 1, below, parts, hot=hot or twig.selected)
    return below
