"""Permission grid of a connection, progress rail of the questionnaire, signatures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.registry import join, register
from console.web.components.status import glyph, tick
from console.web.states import look_of

VERBS = ("Create", "Read", "Update", "Delete")


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer for one role, service and verb.

    `pass`, `refused`, `cannot_tell`, or "" for what is not granted by design.
    """

    result: str
    label: str
    """Read aloud: "Deployment, EC2, create: 17 of 18 pass"."""
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    service: str
    cells: Sequence[Cell]
    """Four of each role, in the order of the roles."""


@dataclass(frozen=True, slots=True)
class GridRole:
    name: str
    summary: str
    """"2 refused, 1 cannot tell"; shown where one role is seen at a time."""


@register.simple_tag
def permission_grid(*, roles: Sequence[GridRole], rows: Sequence[GridRow]) -> SafeString:
    """Role x service x verb. Below 40rem one role is shown at a time, chosen by its radio."""
    context = {
        "roles": roles,
        "verbs": [(role, verb) for role in range(len(roles)) for verb in VERBS],
        "rows": [(row.service, join(_cell(place, cell) for place, cell in enumerate(row.cells))) for row in rows],
    }
    return mark_safe(render_to_string("components/permission_grid.html", context))  # noqa: S308  a template of ours


def _cell(place: int, cell: Cell) -> SafeString:
    role, verb = divmod(place, len(VERBS))
    css = f"r r{role}{' grp' if verb == 0 else ''}"
    if not cell.result:
        return format_html('<td class="{} na"><span role="img" aria-label="{}">–</span></td>', css, cell.label)
    state = "degraded" if cell.result == "cannot_tell" else look_of(cell.result).look
    mark = _mark(cell)
    inner = _linked(cell, mark) if cell.href else mark
    if cell.result == "pass":
        return format_html('<td class="{}">{}</td>', css, inner)
    return format_html('<td class="{} bad" data-s="{}">{}</td>', css, state, inner)


def _mark(cell: Cell) -> SafeString:
    if cell.result == "pass":
        return tick(cell.label)
    return glyph(state=cell.result, label=cell.label)


def _linked(cell: Cell, mark: SafeString) -> SafeString:
    current = mark_safe(' aria-current="true"') if cell.current else ""
    return format_html('<a class="pg__cell" href="{}"{}>{}</a>', cell.href, current, mark)


@dataclass(frozen=True, slots=True)
class RailItem:
    """One section: its state is `answered`, `in_progress`, `not_answered` or `failed`; `count` "3 of 6"."""

    label: str
    href: str
    state: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Rail:
    """The sections of a questionnaire; `title` names it, `noun` says what is counted."""

    items: Sequence[RailItem]
    done: int
    total: int
    title: str = "Questionnaire"
    noun: str = "questions answered"
    notes: Sequence[str] = field(default_factory=tuple)


@register.simple_tag
def rail(*, rail: Rail) -> SafeString:
    """The progress rail, whole at the left, folded away below 68rem."""
    items = join(
        format_html(
            '<li><a href="{}"{}>{}<span>{}</span><span class="n">{}</span></a></li>',
            item.href,
            mark_safe(' aria-current="step"') if item.current else "",
            glyph(state=item.state, label=look_of(item.state).word),
            item.label,
            item.count,
        )
        for item in rail.items
    )
    context = {"rail": rail, "items": items, "label": f"{rail.done} of {rail.total} {rail.noun}"}
    return mark_safe(render_to_string("components/rail.html", context))  # noqa: S308  a template of ours
