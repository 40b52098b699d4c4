"""When a step that waits is late, and when it is given up: by what it took in earlier runs, pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from console.operations.outcomes import Halt, Who

LATE_FACTOR, LATE_MARGIN = 2, timedelta(seconds=30)
"""Twice what nine in ten runs took, and half a minute more: then it is said."""
LIMIT_FACTOR, LEAST_LIMIT = 12, timedelta(hours=1)
"""Twelve times that, and never less than an hour: then a person looks."""


class Lateness(Enum):
    ON_TIME = auto()
    LATE = auto()
    GIVEN_UP = auto()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a step has been at it, and what nine in ten earlier runs took at most."""

    since: datetime
    usual: timedelta

    @property
    def late_at(self) -> datetime:
        return self.since + LATE_FACTOR * self.usual + LATE_MARGIN

    @property
    def ends_at(self) -> datetime:
        return self.since + max(LIMIT_FACTOR * self.usual, LEAST_LIMIT)

    def lateness(self, now: datetime) -> Lateness:
        if now >= self.ends_at:
            return Lateness.GIVEN_UP
        return Lateness.LATE if now >= self.late_at else Lateness.ON_TIME

    @property
    def sentence(self) -> str:
        """The same as long as the step is late: it makes one line of history."""
        return f"It is later than usual: nine in ten earlier runs took {spoken(self.usual)} at most."

    def halt(self, now: datetime, last_word: str) -> Halt:
        said = f" The last word was: {last_word}" if last_word else ""
        return Halt(
            "TookTooLong",
            f"It has waited for {spoken(now - self.since)}; nine in ten earlier runs took {spoken(self.usual)} "
            f"at most.{said}",
            who=Who.YOU,
            fix="Look at it in the cloud. When it is in order there, check again: the step goes on where it is.",
        )


def spoken(span: timedelta) -> str:
    """Roughly, as people say it: 45 s, 12 min, 3 h."""
    seconds = max(round(span.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
