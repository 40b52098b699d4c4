"""The frame around every page: side navigation, top bar, sprite, theme, live parts."""

import json

from django.template import RequestContext
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.actions import csrf_input
from console.web.components.registry import Content, attributes, register, request_of
from console.web.components.status import initials
from console.web.navigation import links
from console.web.shell import Place, Shell, shell_of
from console.web.theme import theme_of

HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "defaultSwapStyle": "outerHTML",
    "scrollIntoViewOnBoost": False,
    "timeout": 20_000,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "...", "swap": False, "error": True},
    ],
}
"""No eval, no style elements, no copy of a page in the browser's storage; a 422 is a form with its errors."""

ACCOUNT = (
    Place("Security", "mfa_index", "shield-check"),
    Place("E-mail and password", "account_change_password", "key-round"),
    Place("API tokens", "tokens", "square-terminal"),
)


@register.simple_tag
def htmx_config() -> SafeString:
    return format_html('<meta name="htmx-config" content="{}">', json.dumps(HTMX))


@register.simple_tag(takes_context=True)
def theme_attribute(context: RequestContext) -> SafeString:
    """`data-theme` of the root element, from the cookie: no flash, no inline script."""
    request = request_of(context)
    return attributes(data_theme=theme_of(request) if request is not None else "")


@register.simple_tag(takes_context=True)
def side(context: RequestContext) -> SafeString:
    """The side navigation, empty outside of an organization."""
    request = request_of(context)
    shell = shell_of(request) if request is not None else None
    if request is None or shell is None:
        return mark_safe("")
    groups = links(scope=shell.scope, slug=shell.slug, path=request.path)
    return mark_safe(  # noqa: S308  a template of ours
        render_to_string(
            "layout/side.html",
            {
                "shell": shell,
                "groups": groups,
                "mark": initials(shell.organization),
                "account": account_places(shell),
                "sign_out": url_or_none("account_logout"),
                "csrf": csrf_input(context),
            },
        )
    )


@register.simple_tag(takes_context=True)
def palette(context: RequestContext) -> SafeString:
    """Every page one may go to, found by typing."""
    request = request_of(context)
    shell = shell_of(request) if request is not None else None
    if request is None or shell is None:
        return mark_safe("")
    groups = links(scope=shell.scope, slug=shell.slug, path=request.path)
    places = [link for _, found in groups for link in found]
    return mark_safe(render_to_string("layout/palette.html", {"places": places}))  # noqa: S308  a template of ours


def account_places(shell: Shell) -> list[Place]:
    if shell.account:
        return list(shell.account)
    found = ((place, url_or_none(place.url)) for place in ACCOUNT)
    return [Place(place.label, url, place.icon) for place, url in found if url]


def url_or_none(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


@register.simple_block_tag
def crumbs(content: Content) -> SafeString:
    """Where this page lies; inside: `crumb`, the last one without `href`."""
    return format_html('<ol class="crumbs">{}</ol>', content)


@register.simple_tag
def crumb(*, label: str, href: str = "") -> SafeString:
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_block_tag
def live(
    content: Content,
    *,
    id: str,  # noqa: A002  the attribute's own name
    url: str,
    going: bool = True,
    every: int = 2,
    css: str = "stack stack--xl",
    label: str = "",
) -> SafeString:
    """A part that asks for itself every `every` seconds and is patched in place, until `going` is false.

    `id` is the name of the partial that the view answers with. Focus, open menus and scroll positions stay.
    """
    asking = attributes(hx_get=url, hx_trigger=f"every {every}s", hx_swap="patch", hx_ext="patch") if going else ""
    spoken = attributes(role="region", aria_label=label, aria_live="off") if label else ""
    return format_html('<div id="{}" class="{}"{}{}>{}</div>', id, css, asking, spoken, content)


@register.simple_tag
def announce(*, text: str) -> SafeString:
    """A sentence read aloud when it changes; put it into a live part, it is not seen."""
    return format_html('<p class="vh" role="status" aria-live="polite">{}</p>', text)
