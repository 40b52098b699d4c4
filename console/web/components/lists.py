"""Tables that become records below 40rem, filters, pages, agendas."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.actions import button
from console.web.components.numbers import SHAPES
from console.web.components.registry import Content, attributes, join, register, when
from console.web.components.status import count, icon
from console.web.pagination import Page


@register.simple_block_tag
def table(
    content: Content,
    *,
    caption: str,
    columns: str = "",
    records: bool = True,
    dense: bool = False,
    plain: bool = False,
    css: str = "",
    id: str = "",  # noqa: A002
) -> SafeString:
    """A table; the block holds `<tbody>` and perhaps `<tfoot>`.

    `columns` is "Region | Nodes:num | Drift:hide-narrow | Action:vh": names, each with a class or none.
    `records` turns rows into records below 40rem: each cell then carries `data-l` with its column's name.
    """
    classes = [
        "t",
        "t--rec" if records else "",
        "t--dense" if dense else "",
        "t--plain" if plain else "",
        css,
    ]
    head = when(columns, "<thead><tr>{}</tr></thead>", join(_column(name.strip()) for name in columns.split("|")))
    frame = mark_safe('<div class="tw tw--bare">') if plain else _frame(caption, scrolls=not records)
    return format_html(
        '{}<table class="{}"{}><caption class="vh">{}</caption>{}{}</table></div>',
        frame,
        " ".join(filter(None, classes)),
        attributes(id=id),
        caption,
        head,
        content,
    )


def _frame(caption: str, *, scrolls: bool) -> SafeString:
    return format_html(
        '<div class="tw"{}>', attributes(tabindex=0, role="region", aria_label=caption) if scrolls else ""
    )


def _column(declared: str) -> SafeString:
    name, _, css = declared.partition(":")
    if css == "vh":
        return format_html('<th scope="col"><span class="vh">{}</span></th>', name)
    return format_html('<th scope="col"{}>{}</th>', attributes(**{"class": css}), name)


@register.simple_block_tag
def filters(content: Content, *, label: str = "Filters") -> SafeString:
    """Chips above a list; the state of every filter is in the URL."""
    return format_html(
        '<form class="filters" method="get" role="search" aria-label="{}">{}</form>', label, content
    )


@register.simple_tag
def chip(*, label: str, href: str, on: bool = False, number: int | None = None) -> SafeString:
    """One filter: a link that sets it, or takes it away when it is on."""
    end = icon(name="x", small=True, label="remove") if on else ""
    counted = count(value=number) if number is not None else ""
    start = "" if on or number is not None else icon(name="plus", small=True)
    return format_html(
        '<a class="chip{}" href="{}">{}{}{}{}</a>',
        " chip--on" if on else "",
        href,
        start,
        label,
        counted,
        end,
    )


@register.simple_tag
def pages(*, page: Page[Any], noun: str, total: int | None = None) -> SafeString:
    """The foot of a list: how many are shown, newer and older."""
    shown = f"{len(page.items)} of {total:,} {noun}" if total is not None else f"{len(page.items)} {noun} shown"
    first = button(label="First page", href="?", small=True) if page.follows_another else ""
    following = (
        button(label="Next", href=f"?{page.next_query}", small=True, rel="next") if page.next_cursor else ""
    )
    return format_html(
        '<nav class="t-foot" aria-label="Pages"><span>{}</span><span class="end">{}{}</span></nav>',
        shown,
        first,
        following,
    )


@register.simple_block_tag
def agenda(content: Content) -> SafeString:
    """What is coming up, by day; inside: `agenda_item`."""
    return format_html('<ol class="agenda panel panel__body--list">{}</ol>', content)


@register.simple_block_tag
def agenda_item(content: Content, *, at: datetime, end: str = "") -> SafeString:
    return format_html(
        '<li><time datetime="{}" title="{}">{}</time><span>{}</span><span class="end">{}</span></li>',
        at.isoformat(timespec="seconds"),
        at.strftime(SHAPES["full"]),
        at.strftime("%-d %b"),
        content,
        end,
    )
