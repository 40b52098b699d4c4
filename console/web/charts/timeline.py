"""Steps on one time axis: this run as a bar, the usual as a ghost, attempts as ticks, now as a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.charts.svg import joined, n
from console.web.states import look_of

UNITS = 1000
LAST_LABEL = 0.88
STEPS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600)
)


@dataclass(frozen=True, slots=True)
class Axis:
    start: datetime
    end: datetime
    now: datetime | None = None

    def at(self, moment: datetime) -> float:
        """Position from 0 to 1000, held inside the axis."""
        whole = max((self.end - self.start).total_seconds(), 1)
        return min(max((moment - self.start).total_seconds() / whole, 0), 1) * UNITS

    @property
    def ticks(self) -> list[datetime]:
        """Three to six round distances from the start."""
        whole = self.end - self.start
        step = next((step for step in STEPS if whole / step <= 6), STEPS[-1])
        return [self.start + step * number for number in range(int(whole / step) + 1)][:7]

    @property
    def shape(self) -> str:
        return "%H:%M:%S" if self.end - self.start < timedelta(minutes=6) else "%H:%M"


@dataclass(frozen=True, slots=True)
class Bar:
    """One step on the axis; `usual` is its common length (p90), drawn from where it starts or will start."""

    state: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    usual: timedelta | None = None
    expected_at: datetime | None = None
    attempts: Sequence[datetime] = ()

    @property
    def held(self) -> bool:
        """Whether it stands still until a person acts."""
        return self.ended_at is None and look_of(self.state).look in ("blocked", "failed", "approval")


def axis_head(axis: Axis) -> SafeString:
    """The labels over the bars, in UTC; one that would be cut at the edge is left out."""
    labels = joined(
        format_html(
            '<text class="ax" x="{}%" y="12">{}</text>',
            n(axis.at(tick) / 10),
            tick.astimezone(UTC).strftime(axis.shape),
        )
        for tick in axis.ticks
        if axis.at(tick) <= UNITS * LAST_LABEL
    )
    return format_html('<svg class="ax-svg" width="100%" height="16" aria-hidden="true">{}</svg>', labels)


def bar(axis: Axis, step: Bar) -> SafeString:
    """One row's drawing; the row says the same in words, so it is hidden from those who listen."""
    parts = [_line("gl", axis.at(tick)) for tick in axis.ticks]
    parts += [*_ghost(axis, step), *_run(axis, step)]
    if axis.now is not None and axis.now < axis.end:
        parts.append(_line("now", axis.at(axis.now)))
    html = '<svg class="tl" viewBox="0 0 {} 20" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return format_html(html, UNITS, joined(parts))


def _line(css: str, x: float) -> SafeString:
    return format_html('<path class="{}" d="M{} 0V20"/>', css, n(x))


def _ghost(axis: Axis, step: Bar) -> list[SafeString]:
    start = step.started_at or step.expected_at
    if step.usual is None or start is None or step.ended_at is not None or step.held:
        return []
    x, end = axis.at(start), axis.at(start + step.usual)
    return [
        format_html(
            '<rect class="ghost" x="{}" y="5.5" width="{}" height="9" rx="1.5"/>', n(x), n(max(end - x, 3))
        )
    ]


def _run(axis: Axis, step: Bar) -> list[SafeString]:
    if step.started_at is None:
        return []
    look = look_of(step.state).look
    x, end = axis.at(step.started_at), axis.at(step.ended_at or axis.now or axis.end)
    html = '<rect data-s="{}" class="{}" x="{}" y="5" width="{}" height="10" rx="1.5"/>'
    run = format_html(html, look, "hatch" if step.held else "bar", n(x), n(max(end - x, 4)))
    tick = '<rect data-s="{}" class="bar" x="{}" y="5" width="3" height="10"/>'
    return [run, *(format_html(tick, look, n(axis.at(moment))) for moment in step.attempts)]
