"""What the page says: blockers, callouts, gates, checks, rows of things to do, toasts."""

from django.contrib.messages import get_messages
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from console.web.components.actions import button
from console.web.components.registry import Content, join, register, request_of, when
from console.web.components.status import glyph, icon, verdict
from console.web.states import look_of


@register.simple_block_tag
def blocker(content: Content, *, state: object, title: str) -> SafeString:
    """Full width, something is wrong: inside `why` (left) and `who_acts` (right)."""
    return format_html(
        '<section class="block" data-s="{}" aria-label="{}">{}</section>', look_of(state).look, title, content
    )


@register.simple_block_tag
def why(content: Content, *, state: object, title: str) -> SafeString:
    """What happened, in a sentence, and the evidence: `raw_error`, `code`."""
    return format_html(
        '<div class="block__why stack stack--s"><div class="row row--top">{}<h2 id="{}">{}</h2></div>{}</div>',
        glyph(state=state),
        slugify(title),
        title,
        content,
    )


@register.simple_block_tag
def who_acts(content: Content, *, who: str) -> SafeString:
    """Who acts next ("your cloud team"), the button, since when and what if nobody acts."""
    return format_html('<div class="block__who stack stack--s"><h3>Who acts next: {}</h3>{}</div>', who, content)


@register.simple_block_tag
def callout(content: Content, *, title: str, state: object = "info") -> SafeString:
    """Something that stays true; no buttons. `info` is neutral, `degraded` warns."""
    mark = icon(name="info") if str(state) == "info" else glyph(state=state)
    return format_html(
        '<div class="callout" data-s="{}">{}<b>{}</b><div>{}</div></div>',
        look_of(state).look,
        mark,
        title,
        content,
    )


@register.simple_block_tag
def gates(content: Content) -> SafeString:
    """Stages that open one another; inside: `gate`."""
    return format_html('<ol class="gates">{}</ol>', content)


@register.simple_block_tag
def gate(content: Content, *, state: object, title: str, note: str = "") -> SafeString:
    look = look_of(state)
    return format_html(
        '<li data-s="{}"><h3>{}<span>{}</span></h3>{}{}</li>',
        look.look,
        glyph(state=state, label=look.word),
        title,
        content,
        when(note, '<p class="small">{}</p>', note),
    )


@register.simple_block_tag
def checks(content: Content) -> SafeString:
    """A list of checks with their outcome; inside: `check`."""
    return format_html('<ul class="panel panel__body--list divide">{}</ul>', content)


@register.simple_tag
def check(*, state: object, title: str, sub: str = "", took: str = "") -> SafeString:
    return format_html(
        '<li class="chk">{}<span>{}{}</span><span class="muted small num">{}</span></li>',
        verdict(state=state),
        title,
        when(sub, '<span class="sub">{}</span>', sub),
        took,
    )


@register.simple_block_tag
def todos(content: Content) -> SafeString:
    """What needs a person, most urgent first; inside: `todo`."""
    return format_html('<ul class="panel divide">{}</ul>', content)


@register.simple_block_tag
def todo(
    content: Content,
    *,
    state: object,
    title: str,
    who: str,
    since: str = "",
    href: str = "",
    action: str = "Open",
    primary: bool = False,
) -> SafeString:
    look = look_of(state)
    act = button(label=action, href=href, kind="primary" if primary else "", small=True) if href else ""
    return format_html(
        '<li class="todo" data-s="{}">{}<div><b>{}</b><p>{}</p></div><div class="actor"><b>{}</b> {}</div>{}</li>',
        look.look,
        glyph(state=state, label=look.word),
        title,
        content,
        who,
        since,
        act,
    )


@register.simple_tag
def toast(*, text: str, state: object = "succeeded") -> SafeString:
    return format_html(
        '<div class="toast" data-s="{0}" data-toast>{1}<span>{2}</span>'
        '<button class="btn btn--quiet btn--s btn--icon" type="button" data-dismiss aria-label="Dismiss">{3}'
        "</button></div>",
        look_of(state).look,
        glyph(state=state),
        text,
        icon(name="x", small=True),
    )


LEVELS = {"error": "failed", "warning": "degraded", "info": "info", "success": "succeeded", "debug": "info"}


@register.simple_tag(takes_context=True)
def toasts(context: RequestContext) -> SafeString:
    """The corner where it says that it worked; fed by `django.contrib.messages` and `HX-Trigger`."""
    request = request_of(context)
    waiting = get_messages(request) if request is not None and hasattr(request, "_messages") else []
    shown = join(toast(text=str(message), state=LEVELS.get(message.level_tag, "info")) for message in waiting)
    return format_html('<div class="toasts" id="toasts" role="status" aria-live="polite">{}</div>', shown)


@register.simple_tag
def skeleton(*, rows: int = 3) -> SafeString:
    """The shape of what comes, for what takes more than 300 ms."""
    widths = ("34%", "26%", "41%", "30%")
    bars = join(
        format_html(
            '<div class="panel__body"><svg class="skel-svg" aria-hidden="true">'
            '<rect class="sk" width="{}" height="10" y="2" rx="4"/>'
            '<rect class="sk" x="62%" width="12%" height="10" y="2" rx="4"/>'
            "</svg></div>",
            widths[row % len(widths)],
        )
        for row in range(rows)
    )
    return format_html('<div class="panel divide" aria-busy="true">{}</div>', bars or mark_safe(""))
