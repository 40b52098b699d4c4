"""Spans of time that the trail is looked at in, and the bars that a span is drawn with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_BARS = 97
STEPS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY,
    60 * DAY,
)  # fmt: skip
"""Lengths of a bar."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    key: str
    label: str
    length: timedelta | None


PERIODS = (
    Period("1h", "Last hour", HOUR),
    Period("24h", "Last 24 hours", DAY),
    Period("7d", "Last 7 days", 7 * DAY),
    Period("30d", "Last 30 days", 30 * DAY),
    Period("90d", "Last 90 days", 90 * DAY),
    Period("365d", "Last 12 months", 365 * DAY),
    Period("all", "Any time", None),
)
USUAL, ALWAYS = "24h", "all"
BY_KEY = {period.key: period for period in PERIODS}


@dataclass(frozen=True, slots=True)
class Window:
    """From the start of its first bar to the end of its last."""

    start: datetime
    step: timedelta
    bars: int

    @property
    def end(self) -> datetime:
        return self.start + self.bars * self.step

    def at(self, place: int) -> datetime:
        return self.start + place * self.step

    @property
    def bounds(self) -> list[datetime]:
        """The start of every bar, and the end of the last."""
        return [self.at(place) for place in range(self.bars + 1)]


def window(since: datetime, until: datetime) -> Window:
    """The span in at most 97 bars that begin at round times in UTC."""
    whole = max(until - since, MINUTE)
    step = next((step for step in STEPS if whole / step <= MOST_BARS - 1), whole / (MOST_BARS - 1))
    start = BEGINNING + (since - BEGINNING) // step * step
    return Window(start, step, max(-((start - until) // step), 1))
