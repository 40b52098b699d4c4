"""Heads, sections, panels, tabs and facts: what a page is made of."""

from django.template import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from console.web.components.registry import Content, attributes, register, request_of, when
from console.web.components.status import badge, count, glyph, pill


@register.simple_block_tag
def page_head(
    content: Content,
    *,
    title: str,
    state: object = "",
    state_label: str = "",
    lede: str = "",
    tag: str = "",
    tag_kind: str = "",
    tag_icon: str = "",
) -> SafeString:
    """Title with pill or tag (see `badge` for its kinds), one sentence; inside: `facts`, `actions`, `tabs`."""
    tagged = badge(label=tag, kind=tag_kind, icon_name=tag_icon) if tag else ""
    mark = pill(state=state, label=state_label) if state else tagged
    return format_html(
        '<div class="head"><div class="head__title"><h1>{}</h1>{}</div>{}{}</div>',
        title,
        mark,
        when(lede, '<p class="lede">{}</p>', lede),
        content,
    )


@register.simple_block_tag
def actions(content: Content) -> SafeString:
    """The buttons of a page head; one primary, danger first, last is at the edge."""
    return format_html('<div class="head__actions">{}</div>', content)


@register.simple_block_tag
def facts(content: Content) -> SafeString:
    """One line of facts under the title; inside: `fact`."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: Content, *, label: str) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_block_tag
def details(content: Content) -> SafeString:
    """Names and values below each other, hairlines between; inside: `detail`."""
    return format_html('<dl class="agenda">{}</dl>', content)


@register.simple_block_tag
def detail(content: Content, *, label: str, end: str = "") -> SafeString:
    return format_html(
        '<div><dt class="muted">{}</dt><dd>{}</dd><dd class="end">{}</dd></div>', label, content, end
    )


@register.simple_block_tag
def section(
    content: Content,
    *,
    title: str,
    meta: str = "",
    more: str = "",
    more_url: str = "",
    end: str = "",
    id: str = "",  # noqa: A002
) -> SafeString:
    """A part of a page under an h2; `more` and `more_url` are the link at its right edge."""
    anchor = id or slugify(title)
    link = when(more_url, '<a href="{}">{}</a>', more_url, more)
    edge = when(more_url or end, '<span class="end">{}{}</span>', end, link)
    return format_html(
        '<section class="sec" id="{0}" aria-labelledby="{0}-title">'
        '<header><h2 id="{0}-title">{1}</h2>{2}{3}</header>{4}</section>',
        anchor,
        title,
        when(meta, '<span class="meta{}">{}</span>', " short" if len(meta) < 24 else "", meta),
        edge,
        content,
    )


@register.simple_block_tag
def panel(
    content: Content, *, title: str = "", end: str = "", state: object = "", flush: bool = False
) -> SafeString:
    """A bordered box with hairlines inside; never a panel in a panel."""
    mark = glyph(state=state) if state else ""
    head = when(
        title, "<header>{}<h3>{}</h3>{}</header>", mark, title, when(end, '<span class="end">{}</span>', end)
    )
    css = "panel__body panel__body--flush" if flush else "panel__body stack"
    return format_html('<div class="panel">{}<div class="{}">{}</div></div>', head, css, content)


@register.simple_block_tag
def tabs(content: Content, *, label: str) -> SafeString:
    """Pages of one thing; inside: `tab`."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@register.simple_tag
def tab(
    *, label: str, href: str, current: bool = False, number: int | None = None, alert: bool = False
) -> SafeString:
    counted = count(value=number, alert=alert) if number is not None else ""
    return format_html(
        '<a href="{}"{}>{}{}</a>', href, attributes(aria_current="page" if current else None), label, counted
    )


@register.simple_tag(takes_context=True)
def history_tab(context: RequestContext, *, kind: str, key: object, current: bool = False) -> SafeString:
    """The tab with everything that the trail tells of one thing; `kind` is the name of its model."""
    request = request_of(context)
    organization = getattr(request, "organization", None)
    if organization is None:
        return mark_safe("")
    href = reverse("history", kwargs={"org": organization.slug, "kind": kind, "key": str(key)})
    return tab(label="History", href=href, current=current)


@register.simple_block_tag
def empty_state(content: Content, *, title: str, text: str) -> SafeString:
    """What this is and what comes first; inside: one button, or a table of steps."""
    return format_html(
        '<div class="empty"><div class="stack stack--s"><h2>{}</h2><p class="t2 s13">{}</p></div>{}</div>',
        title,
        text,
        content,
    )
