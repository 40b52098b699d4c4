"""Numbers, money, times and durations, with unit and limit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.kernel.clock import now
from console.web.components.registry import Content, register, when

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400


@register.filter
def duration(value: timedelta | float | str | None) -> str:
    """ "4 s", "1 min 48 s", "3 h 12 min", "6 days"; "–" for nothing."""
    if value is None or value == "":
        return "–"
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else float(value))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE:02d} s"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE:02d} min"
    return f"{seconds // DAY} days"


@register.filter
def money(value: Decimal | float | None, currency: str = "USD") -> str:
    """ "$3,904.94"; "unknown" for a price nobody knows, never 0."""
    if value is None:
        return "unknown"
    sign = "−" if value < 0 else ""
    return f"{sign}${abs(value):,.2f}" if currency == "USD" else f"{sign}{abs(value):,.2f} {currency}"


@register.filter
def number(value: float | str | None) -> str:
    """Thousands by comma; "–" for nothing."""
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:,}"


def relative(at: datetime, *, to: datetime) -> str:
    """ "4 s ago", "in 6 days", as the browser's own count goes on from it."""
    seconds = int((to - at).total_seconds())
    ahead = seconds < 0
    size = abs(seconds)
    amount = _rounded(size)
    return f"in {amount}" if ahead else f"{amount} ago"


def _rounded(seconds: int) -> str:
    for limit, unit, name in ((MINUTE, SECOND, "s"), (HOUR, MINUTE, "min"), (2 * DAY, HOUR, "h")):
        if seconds < limit:
            return f"{seconds // unit} {name}"
    return f"{seconds // DAY} days"


SHAPES = {
    "clock": "%H:%M:%S",
    "date": "%-d %b %Y",
    "full": "%-d %b %Y, %H:%M:%S UTC",
    "minute": "%-d %b %Y, %H:%M UTC",
}


@register.simple_tag
def moment(*, at: datetime | None, shape: str = "relative") -> SafeString:
    """A time in UTC, exact on hover.

    Shapes: `relative` (kept current by the browser), `clock`, `date`, `minute`, `full`.
    """
    if at is None:
        return mark_safe("–")
    exact = at.astimezone(UTC)
    shown = relative(exact, to=now()) if shape == "relative" else exact.strftime(SHAPES[shape])
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        exact.isoformat(timespec="seconds"),
        exact.strftime(SHAPES["full"]),
        mark_safe(" data-relative") if shape == "relative" else "",
        shown,
    )


@register.simple_block_tag
def strip(content: Content) -> SafeString:
    """Figures side by side; inside: `stat`."""
    return format_html('<dl class="strip">{}</dl>', content)


@register.simple_block_tag
def stat(content: Content, *, label: str, value: object, unit: str = "") -> SafeString:
    """One figure; `unit` says what of how many, the block is the line beneath."""
    return format_html(
        "<div><dt>{}</dt><dd>{}{}</dd>{}</div>",
        label,
        value,
        when(unit, " <small>{}</small>", unit),
        when(content.strip(), '<dd class="foot">{}</dd>', content),
    )
