"""Small words of SVG that the drawings share; every value is escaped."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

CHARACTER = 6.1  # width in units of one character of 11.5 px text, on average


def n(value: float) -> SafeString:
    """A coordinate without needless digits; digits need no escaping, and a drawing has thousands."""
    return SafeString(f"{value:.1f}".rstrip("0").rstrip("."))


def fit(label: str, width: float, character: float = CHARACTER) -> str:
    """Cut a label to the width it has; the whole stands in a `<title>` beside it."""
    room = max(int(width / character), 3)
    return label if len(label) <= room else f"{label[: room - 1].rstrip()}…"


def rect(css: str, x: float, y: float, width: float, height: float, radius: float = 5) -> SafeString:
    html = '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>'
    return format_html(html, css, n(x), n(y), n(width), n(height), n(radius))


def text(css: str, x: float, y: float, words: str, anchor: str = "start") -> SafeString:
    html = '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>'
    return format_html(html, css, n(x), n(y), anchor, words)


@lru_cache(maxsize=4096)
def path(css: str, d: str) -> SafeString:
    return format_html('<path class="{}" d="{}"/>', css, d)


def joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  each part is escaped by `format_html`


def drawing(
    css: str, width: float, height: float, label: str, parts: Iterable[SafeString], role: str = "img"
) -> SafeString:
    html = '<svg class="{}" viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>'
    return format_html(html, css, n(width), n(height), role, label, joined(parts))
