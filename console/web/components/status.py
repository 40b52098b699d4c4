"""State glyphs, icons, badges, counts."""

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from console.web.components.registry import register, when
from console.web.states import look_of


@register.simple_tag
def glyph(*, state: object, label: str = "") -> SafeString:
    """The shape of a state alone; with `label` it is read aloud, without it a word stands beside it."""
    look = look_of(state).look
    spin = " g--spin" if look == "running" else ""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="g{}" data-s="{}" {}><use href="#s-{}"/></svg>', spin, look, named, look)


@register.simple_tag
def status(*, state: object, label: str = "", since: str = "") -> SafeString:
    """Glyph, word and colour of a state; `label` replaces the word, `since` adds a second line."""
    look = look_of(state)
    return format_html(
        '<span class="status" data-s="{}">{}{}</span>{}',
        look.look,
        glyph(state=state),
        label or look.word,
        when(since, '<span class="sub">{}</span>', since),
    )


@register.simple_tag
def pill(*, state: object, label: str = "") -> SafeString:
    """The state as a pill; only in page heads."""
    look = look_of(state)
    return format_html(
        '<span class="status status--pill" data-s="{}">{}{}</span>',
        look.look,
        glyph(state=state),
        label or look.word,
    )


CONDITIONS = {"True": "", "False": "failed", "Unknown": "unknown", "Paused": "paused"}


@register.simple_tag
def condition(*, value: object, warn: bool = False) -> SafeString:
    """A resource's condition: true, false or unknown; `warn` shows a false one in amber."""
    word = {None: "Unknown", True: "True", False: "False", "": "Unknown"}.get(value, str(value))  # type: ignore[call-overload]
    if word == "True":
        return format_html('<span class="cond">{}True</span>', tick())
    state = "degraded" if warn and word == "False" else CONDITIONS.get(word, "unknown")
    return format_html('<span class="cond" data-s="{}">{}{}</span>', state, glyph(state=state), word)


@register.simple_tag
def icon(*, name: str, small: bool = False, label: str = "", css: str = "") -> SafeString:
    """A Lucide icon by name; decorative unless `label` is given."""
    return _drawn(name, small, label, css)


@lru_cache(maxsize=512)
def _drawn(name: str, small: bool, label: str, css: str) -> SafeString:
    named: dict[str, object] = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    classes = " ".join(filter(None, ["i", "i--s" if small else "", css]))
    return mark_safe(lucide(name, size=16, **{"class": classes}, **named))  # noqa: S308  the package's own files


def tick(label: str = "") -> SafeString:
    """Quiet success: a thin tick."""
    return icon(name="check", label=label, css="ok")


@register.simple_tag
def verdict(*, state: object, label: str = "") -> SafeString:
    """The outcome of one check, read aloud; success is a thin tick."""
    look = look_of(state)
    return (
        tick(label or look.word)
        if look.look in ("succeeded", "healthy")
        else glyph(state=state, label=label or look.word)
    )


BADGES = {
    "": "",
    "accent": " tag--accent",
    "fixed": " tag--fixed",
    "notlive": " tag--notlive",
    "sandbox": " tag--sandbox",
}


@register.simple_tag
def badge(*, label: str, kind: str = "", icon_name: str = "") -> SafeString:
    """A small word in a box: kinds `accent`, `fixed`, `notlive`, `sandbox` or plain."""
    picture = icon(name=icon_name, small=True) if icon_name else ""
    return format_html('<span class="tag{}">{}{}</span>', BADGES[kind], picture, label)


@register.simple_tag
def fixed_badge(*, label: str = "Fixed after provisioning") -> SafeString:
    return badge(label=label, kind="fixed", icon_name="lock")


@register.simple_tag
def count(*, value: int, alert: bool = False) -> SafeString:
    return format_html('<span class="count{}">{}</span>', " count--alert" if alert else "", value)


@register.simple_tag
def avatar(*, name: str, vendor: bool = False) -> SafeString:
    return format_html(
        '<span class="avatar{}" aria-hidden="true">{}</span>',
        " avatar--vendor" if vendor else "",
        initials(name),
    )


@register.simple_tag
def person(*, name: str, vendor: str = "") -> SafeString:
    """A person with initials; `vendor` names the company of somebody who is not the customer's."""
    company = when(vendor, ' <span class="tag">{}</span>', vendor)
    return format_html(
        '<span class="who">{}<span>{}{}</span></span>', avatar(name=name, vendor=bool(vendor)), name, company
    )


def initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"
