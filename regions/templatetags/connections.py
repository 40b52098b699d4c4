"""The permission grid, drawn once for all widths."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.evidence import code_text
from console.web.components.registry import join
from console.web.components.status import glyph, icon, status, verdict
from regions.clouds.aws.verbs import Verb
from regions.models import ConnectionCheck
from regions.permissions.document import ROLES, service_title
from regions.spec import RoleName
from regions.views.permission_grid import Cell, Column, Grid, Row

register = template.Library()

LETTERS = {verb: (verb.value[0].upper(), verb.value[1:]) for verb in Verb}


@register.simple_tag
def permission_grid(*, grid: Grid) -> SafeString:
    """One button a cell; pressed is the one that is shown in detail beside the grid."""
    rows = join(_row(row) for row in grid.rows)
    return format_html(
        '<table class="pg"><caption class="vh">Result by role, service and kind of action</caption>'
        '<thead><tr><th scope="col" rowspan="2">Service</th>{}</tr><tr>{}</tr></thead><tbody>{}</tbody></table>',
        join(_role_head(number, column) for number, column in enumerate(grid.columns)),
        join(_verb_head(number, verb) for number in range(len(grid.columns)) for verb in Verb),
        rows,
    )


@register.simple_tag
def role_choice(*, grid: Grid) -> SafeString:
    """On a narrow screen one role is shown at a time."""
    choices = join(
        format_html(
            '<label class="choice"><input type="radio" name="shown" id="role-{}" form="no-form"{}><b>{}</b>'
            "<small>{}</small></label>",
            number,
            mark_safe(" checked") if column.role == grid.chosen[0] else "",
            column.title,
            column.line,
        )
        for number, column in enumerate(grid.columns)
    )
    return format_html('<fieldset class="roles"><legend class="vh">Role to show</legend>{}</fieldset>', choices)


def _role_head(number: int, column: Column) -> SafeString:
    return format_html(
        '<th class="role grp r r{}" colspan="4" scope="colgroup"><abbr title="{}">{}</abbr></th>',
        number,
        column.title,
        column.short,
    )


def _verb_head(number: int, verb: Verb) -> SafeString:
    letter, rest = LETTERS[verb]
    return format_html(
        '<th scope="col" class="r r{}{}"><abbr title="{}">{}<span class="rest">{}</span></abbr></th>',
        number,
        _edge(verb),
        verb.value.capitalize(),
        letter,
        rest,
    )


def _row(row: Row) -> SafeString:
    cells = join(
        _cell(number, verb, cell)
        for number, group in enumerate(row.groups)
        for verb, cell in zip(Verb, group, strict=True)
    )
    mark = format_html(' <abbr class="muted" title="{}">+</abbr>', row.beyond) if row.beyond else ""
    return format_html('<tr><th scope="row">{}{}</th>{}</tr>', row.title, mark, cells)


def _cell(number: int, verb: Verb, cell: Cell) -> SafeString:
    css = f"r r{number}{_edge(verb)}"
    if not cell.total:
        return format_html('<td class="{} na" aria-label="{}">–</td>', css, _nothing(cell))
    look = {"refused": "failed", "cannot_tell": "degraded"}.get(cell.state, "")
    return format_html(
        '<td class="{}{}"{}><button type="submit" name="cell" value="{}" id="cell-{}" aria-pressed="{}"'
        ' aria-label="{}">{}</button></td>',
        css,
        " bad" if look else " na" if cell.state == "none" else "",
        format_html(' data-s="{}"', look) if look else "",
        cell.value,
        cell.value.replace(".", "-"),
        "true" if cell.pressed else "false",
        _spoken(cell),
        _mark(cell.state),
    )


def _edge(verb: Verb) -> str:
    return " grp" if verb is Verb.CREATE else ""


def _mark(state: str) -> SafeString:
    match state:
        case "refused":
            return glyph(state="failed")
        case "cannot_tell":
            return mark_safe('<svg class="g" aria-hidden="true"><use href="#s-unknown"/></svg>')
        case "pass":
            return icon(name="check", small=True, css="ok")
        case _:
            return mark_safe("<span>–</span>")


def _spoken(cell: Cell) -> str:
    role, service, verb = cell.key
    word = {"refused": "refused", "cannot_tell": "cannot tell", "pass": "pass"}.get(cell.state, "not granted")
    counted = f"{cell.passed} of {cell.asked} pass" if cell.asked else f"{cell.total} actions, none granted"
    return f"{word}, {ROLES[RoleName(role)].title}, {service_title(service)}, {verb}: {counted}"


def _nothing(cell: Cell) -> str:
    role, service, verb = cell.key
    documented = ROLES[RoleName(role)].grants(service, Verb(verb))
    return "not asked for" if documented else "not granted"


@register.simple_tag
def check_line(*, check: ConnectionCheck) -> SafeString:
    """One answer: mark, title, how it was found; what is wrong and what to do where something is."""
    said = format_html('<span class="sub">{}</span>', check.message) if check.message else ""
    todo = fix(text=check.fix) if check.fix and check.verdict != "pass" else ""
    took = f"{check.took_ms / 1000:.1f} s" if check.took_ms is not None else ""
    return format_html(
        '<li class="chk">{}<span>{}<span class="sub">{}</span>{}{}</span>'
        '<span class="muted small num">{}</span></li>',
        verdict(state=check.verdict, label=check.get_verdict_display()),
        check.title,
        check.method,
        said,
        todo,
        took,
    )


@register.simple_tag
def fix(*, text: str) -> SafeString:
    """Something to run or paste is shown as code, advice as a sentence."""
    if text.startswith(("aws ", "{", "[")):
        return code_text(text=text, title="What to do", wrap=True)
    return format_html('<span class="sub">{}</span>', text)


QUOTA_WORDS = {"pass": "enough", "warning": "tight", "refused": "too low", "cannot_tell": "cannot tell"}


@register.simple_tag
def quota_verdict(*, check: ConnectionCheck) -> SafeString:
    word = QUOTA_WORDS[check.verdict]
    if check.verdict == "pass":
        mark = icon(name="check", css="ok")
        return format_html('<span class="status">{}<span class="t2">{}</span></span>', mark, word)
    return status(state=check.verdict, label=word)
