"""Buttons, menus, dialogs, copy."""

from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.registry import Content, attributes, register, request_of, when
from console.web.components.status import icon

KINDS = {"": "", "primary": " btn--primary", "quiet": " btn--quiet", "danger": " btn--danger"}


@register.simple_tag
def button(
    *,
    label: str,
    kind: str = "",
    icon_name: str = "",
    href: str = "",
    small: bool = False,
    dialog: str = "",
    icon_only: bool = False,
    submit: bool = False,
    **attrs: object,
) -> SafeString:
    """A button, or a link that looks like one when `href` is given.

    `dialog` opens the dialog of that id; `submit` sends its form; further names are attributes (`hx_post`).
    """
    css = f"btn{KINDS[kind]}{' btn--s' if small else ''}{' btn--icon' if icon_only else ''}"
    inner = format_html("{}{}", icon(name=icon_name, small=True) if icon_name else "", "" if icon_only else label)
    if icon_only:
        attrs["aria_label"] = label
    if dialog:
        attrs |= {
            "commandfor": dialog,
            "command": "show-modal",
            "data_dialog": dialog,
            "aria_haspopup": "dialog",
        }
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, attributes(**attrs), inner)
    return format_html(
        '<button class="{}" type="{}"{}>{}</button>',
        css,
        "submit" if submit else "button",
        attributes(**attrs),
        inner,
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: RequestContext,
    *,
    label: str,
    action: str,
    kind: str = "",
    icon_name: str = "",
    small: bool = False,
    name: str = "",
    value: str = "",
) -> SafeString:
    """A button that is a form of its own: one POST to `action`, with JavaScript or without."""
    hidden = when(name, '<input type="hidden" name="{}" value="{}">', name, value)
    return format_html(
        '<form method="post" action="{}">{}{}{}</form>',
        action,
        csrf_input(context),
        hidden,
        button(label=label, kind=kind, icon_name=icon_name, small=small, submit=True),
    )


def csrf_input(context: RequestContext) -> SafeString:
    request = request_of(context)
    if request is None:
        return mark_safe("")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.simple_tag
def copy(*, value: str, label: str) -> SafeString:
    """A small button that copies `value`; `label` names it, "Copy external id"."""
    return format_html(
        '<button class="cp" type="button" data-copy="{}" aria-label="{}">{}</button>',
        value,
        label,
        icon(name="copy", small=True),
    )


@register.simple_tag
def copy_from(*, url: str, label: str) -> SafeString:
    """A button that copies the text behind `url`; `label` says of what: "Copy the Terraform module"."""
    return format_html(
        '<button class="btn btn--quiet btn--s" type="button" data-copy-from="{}" aria-label="{}">{}'
        "<span>Copy</span></button>",
        url,
        label,
        icon(name="copy", small=True),
    )


@register.simple_tag
def ident(*, value: str, label: str = "", shorten: bool = False) -> SafeString:
    """An id in mono with a copy button; `shorten` keeps both ends of a long one."""
    shown = f"{value[:10]}…{value[-4:]}" if shorten and len(value) > 18 else value
    return format_html(
        '<span class="nowrap"><code title="{}">{}</code>{}</span>',
        value,
        shown,
        copy(value=value, label=label or f"Copy {value}"),
    )


@register.simple_block_tag
def menu(content: Content, *, id: str, label: str = "More actions") -> SafeString:  # noqa: A002
    """The rarely used acts under "…"; inside: `menu_item`, danger last."""
    opener = button(label=label, icon_name="ellipsis", icon_only=True, popovertarget=id, aria_haspopup="menu")
    return format_html('{}<ul class="menu" id="{}" popover>{}</ul>', opener, id, content)


@register.simple_tag
def menu_item(
    *, label: str, sub: str = "", icon_name: str = "", href: str = "", dialog: str = "", danger: bool = False
) -> SafeString:
    """One act with its price underneath: a link, or the opener of a dialog."""
    inner = format_html(
        "{}<span>{}{}</span>",
        icon(name=icon_name, small=True) if icon_name else "",
        label,
        when(sub, '<span class="sub">{}</span>', sub),
    )
    item = mark_safe(' class="menu__sep"') if danger else ""
    if href:
        return format_html('<li{}><a href="{}">{}</a></li>', item, href, inner)
    opens = attributes(commandfor=dialog, command="show-modal", data_dialog=dialog) if dialog else ""
    css = mark_safe(' class="danger"') if danger else ""
    return format_html('<li{}><button type="button"{}{}>{}</button></li>', item, css, opens, inner)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: RequestContext,
    content: Content,
    *,
    id: str,  # noqa: A002  the attribute's own name
    title: str,
    action: str,
    label: str,
    keep: str,
    typed: str = "",
    typed_label: str = "Type the name",
    danger: bool = True,
) -> SafeString:
    """A dialog before the irreversible: the block says what is lost, `typed` must be typed for data.

    `label` and `keep` are the two buttons, both verbs: "Deprovision" and "Keep the region".
    """
    return mark_safe(  # noqa: S308  a template of ours
        render_to_string(
            "components/confirm.html",
            {
                "content": content,
                "id": id,
                "title": title,
                "action": action,
                "label": label,
                "keep": keep,
                "typed": typed,
                "typed_label": typed_label,
                "kind": "danger" if danger else "primary",
                "csrf": csrf_input(context),
            },
        )
    )


@register.simple_block_tag
def dialog(content: Content, *, id: str, title: str) -> SafeString:  # noqa: A002
    """A dialog with content of your own; close it with a form of `method="dialog"`."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title">'
        '<header><h3 id="{0}-title">{1}</h3></header>{2}</dialog>',
        id,
        title,
        content,
    )
