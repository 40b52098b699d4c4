"""Lives on one axis of days: in use as a bar, kept as a thin line, ended as a mark, planned as a ghost."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.svg import joined, n

UNITS = 1000
PARTS = 5
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Axis:
    start: datetime
    end: datetime
    now: datetime

    def at(self, moment: datetime) -> float:
        """Position from 0 to 1000, held inside the axis."""
        whole = max((self.end - self.start).total_seconds(), 1)
        return min(max((moment - self.start).total_seconds() / whole, 0), 1) * UNITS

    @property
    def labels(self) -> list[str]:
        """What stands over each fifth, in UTC."""
        step = (self.end - self.start) / PARTS
        shape = "%b %y" if step > timedelta(days=25) else "%-d %b" if step > timedelta(days=1) else "%H:%M"
        return [(self.start + step * part).astimezone(UTC).strftime(shape) for part in range(PARTS)]


@dataclass(frozen=True, slots=True)
class Life:
    used: Span | None = None
    kept: Span | None = None
    planned: Span | None = None
    ended_at: datetime | None = None


def axis_head(axis: Axis) -> SafeString:
    labels = joined(format_html("<span>{}</span>", label) for label in axis.labels)
    return format_html('<span class="tl-q">{}</span>', labels)


def life(axis: Axis, one: Life) -> SafeString:
    """One row's drawing; the row says the same in words, so it is hidden from those who listen."""
    grid = "".join(f"M{n(UNITS * part / PARTS)} 0V20" for part in range(PARTS))
    parts = [
        format_html('<path class="gl" d="{}"/>', grid),
        *(_rect(axis, "bar-past", span, 8, 4) for span in (one.kept,) if span),
        *(_rect(axis, "bar-1", span, 5, 10) for span in (one.used,) if span),
        *(_rect(axis, "ghost", span, 5, 10) for span in (one.planned,) if span),
        *(_mark(axis, moment) for moment in (one.ended_at,) if moment),
        format_html('<path class="now" d="M{} 0V20"/>', n(axis.at(axis.now))),
    ]
    html = '<svg class="tl" viewBox="0 0 {} 20" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return format_html(html, UNITS, joined(parts))


def _rect(axis: Axis, css: str, span: Span, y: int, height: int) -> SafeString:
    x, end = axis.at(span[0]), axis.at(span[1])
    html = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    return format_html(html, css, n(x), y, n(max(end - x, 4)), height)


def _mark(axis: Axis, moment: datetime) -> SafeString:
    return format_html('<rect class="mark-x" x="{}" y="3" width="4" height="14"/>', n(axis.at(moment) - 2))
