"""Bars: a value in its limit, steps by state."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.components.registry import join, register
from console.web.states import look_of


@register.simple_tag
def meter(*, value: float, limit: float, label: str, warn_at: float = 0.8) -> SafeString:
    """A bar of `value` in `limit`; amber from `warn_at`, red when full. `label` is read aloud: "7 of 12"."""
    share = min(value / limit, 1) if limit else 0
    alert = "over" if share >= 1 else "warn" if share >= warn_at else "fill"
    return _bar(label, [_part(alert, share)])


@register.simple_tag
def progress(*, value: float, limit: float, label: str) -> SafeString:
    """A bar of work done: full is good."""
    return _bar(label, [_part("fill", min(value / limit, 1) if limit else 0)])


@register.simple_tag
def meter_pair(*, used: float, needed: float, limit: float) -> SafeString:
    """What is in use and what is needed of one limit."""
    whole = max(limit, used + needed, 1)
    css = "over" if used + needed > limit else "fill"
    parts = [
        format_html('<rect class="k5" width="{}" height="100%"/>', percent(used / whole)),
        format_html(
            '<rect class="{}" x="{}" width="{}" height="100%"/>',
            css,
            percent(used / whole),
            percent(needed / whole),
        ),
    ]
    return _bar(f"{used:g} in use and {needed:g} needed of {limit:g}", parts)


def percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _part(css: str, share: float) -> SafeString:
    return format_html('<rect class="{}" width="{}" height="100%" rx="3"/>', css, percent(share))


def _bar(label: str, bars: list[SafeString]) -> SafeString:
    ground = format_html('<rect class="{}" width="100%" height="100%"/>', "bg")
    return format_html('<svg class="meter" role="img" aria-label="{}">{}{}</svg>', label, ground, join(bars))


@register.simple_tag
def segbar(*, parts: Iterable[tuple[object, int]], label: str) -> SafeString:
    """Steps by state as one bar; `parts` are (state, how many) in the order shown."""
    counted = [(look_of(state).look, many) for state, many in parts if many]
    total = sum(many for _, many in counted) or 1
    bars, start = [], 0
    for look, many in counted:
        width = percent(max(many / total - 0.0025, 0.002))
        html = '<rect data-s="{}" x="{}" width="{}" height="100%"/>'
        bars.append(format_html(html, look, percent(start / total), width))
        start += many
    return format_html('<svg class="segbar" role="img" aria-label="{}">{}</svg>', label, join(bars))
