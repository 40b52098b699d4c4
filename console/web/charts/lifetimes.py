"""How long things still live, on one axis of days: a bar each, with a mark where it is renewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.svg import joined, n

BARS = {"ours": "bar-1", "public": "bar-2", "hand": "bar-3"}
WORDS = {"ours": "our CA", "public": "public CA", "hand": "by hand"}
THIRDS = 3


@dataclass(frozen=True, slots=True)
class Life:
    label: str
    ends_at: datetime
    kind: str = "ours"
    """`ours`, `public` or `hand`: who renews it."""
    renews_at: datetime | None = None
    note: str = ""
    href: str = ""
    warns: bool = False


def lifetimes(lives: Sequence[Life], *, at: datetime, days: int) -> SafeString:
    """Bars from `at` on; what lives beyond the axis fills it."""
    rows = joined(_row(life, at, days) for life in lives)
    return format_html('<ul class="left-list left-list--wide">{}{}</ul>', rows, _axis(at, days))


def legend() -> SafeString:
    keys = joined(
        format_html(
            '<span><svg width="16" height="10"><rect class="{}" width="16" height="8" y="1" rx="2"/></svg>'
            "{}</span>",
            css,
            WORDS[kind],
        )
        for kind, css in BARS.items()
    )
    mark = '<span><svg width="4" height="14"><rect class="mark" width="2" height="14"/></svg>renewal</span>'
    return format_html('<div class="legend">{}{}</div>', keys, SafeString(mark))


def _share(moment: datetime, at: datetime, days: int) -> float:
    """Percent of the axis, held inside it."""
    return min(max((moment - at) / timedelta(days=days), 0), 1) * 100


def _row(life: Life, at: datetime, days: int) -> SafeString:
    left = max((life.ends_at - at).days, 0)
    lines = joined(
        format_html('<rect class="gl" x="{}%" width="1" height="100%"/>', n(100 * third / THIRDS))
        for third in range(THIRDS)
    )
    bar = format_html(
        '<rect class="{}" x="0" width="{}%" y="34%" height="8" rx="2"/>',
        BARS[life.kind],
        n(max(_share(life.ends_at, at, days), 0.5)),
    )
    mark = (
        format_html(
            '<rect class="mark" x="{}%" width="2" y="10%" height="80%"/>', n(_mark(life.renews_at, at, days))
        )
        if life.renews_at and life.renews_at - at <= timedelta(days=days)
        else ""
    )
    return format_html(
        '<li><span>{}</span><svg role="img" aria-label="{} days left, {}">{}{}{}</svg>'
        '<span class="end">{}</span></li>',
        _named(life),
        left,
        WORDS[life.kind],
        lines,
        bar,
        mark,
        _noted(life),
    )


def _mark(renews_at: datetime, at: datetime, days: int) -> float:
    return max(_share(renews_at, at, days), 0.3)


def _named(life: Life) -> SafeString:
    return (
        format_html('<a class="name" href="{}">{}</a>', life.href, life.label)
        if life.href
        else format_html("{}", life.label)
    )


def _noted(life: Life) -> SafeString:
    if not life.warns:
        return format_html("{}", life.note)
    return format_html(
        '<span class="status" data-s="degraded"><svg class="g" data-s="degraded" aria-hidden="true">'
        '<use href="#s-degraded"/></svg>{}</span>',
        life.note,
    )


def _axis(at: datetime, days: int) -> SafeString:
    labels = joined(
        format_html(
            '<text class="ax" x="{}%" y="12">{}</text>',
            n(100 * third / THIRDS),
            (at + timedelta(days=days * third / THIRDS)).astimezone(UTC).strftime("%-d %b"),
        )
        for third in range(THIRDS)
    )
    return format_html(
        '<li class="ax-row" aria-hidden="true"><span></span><svg class="ax-svg">{}</svg><span></span></li>', labels
    )
