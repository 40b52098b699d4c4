"""How far a rotation is, how fast it goes, and when it will be over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.encryption.models import Rotation, WorkRange
from console.operations.models import Operation


@dataclass(frozen=True, slots=True)
class Progress:
    operation: Operation
    cause: str
    started_at: datetime
    at: datetime
    done: int
    total: int
    rate: int | None
    """Data keys a second, over all ranges; None before the first batch."""
    reencrypts: bool

    @property
    def percent(self) -> float:
        return round(100 * self.done / self.total, 1) if self.total else 0.0

    @property
    def line(self) -> str:
        act = "encrypted anew or re-wrapped" if self.reencrypts else "re-wrapped"
        return f"{self.done:,} of {self.total:,} {act}"

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For the segmented bar."""
        return [("running", self.done), ("pending", max(self.total - self.done, 0))]

    @property
    def left(self) -> timedelta | None:
        return timedelta(seconds=(self.total - self.done) / self.rate) if self.rate else None

    @property
    def elapsed(self) -> timedelta:
        return self.at - self.started_at


def progress(operation: Operation, rows: Sequence[Rotation], at: datetime) -> Progress | None:
    """None until the first step has made the new version."""
    ours = [row for row in rows if row.operation_id == operation.id]
    if not ours:
        return None
    ranges = [one for row in ours for one in row.ranges.all()]
    return Progress(
        operation=operation,
        cause=ours[0].get_cause_display(),
        started_at=operation.started_at or operation.created_at,
        at=at,
        done=sum(one.done for one in ranges),
        total=sum(one.total for one in ranges),
        rate=rate_of(ranges, at),
        reencrypts=any(one.field for one in ranges),
    )


def rate_of(ranges: Sequence[WorkRange], at: datetime) -> int | None:
    """Of the ranges at work; over their whole time, which a pause makes slower."""
    found = [_rate(one, at) for one in ranges if one.started_at and one.finished_at is None]
    return round(sum(found)) if found else None


def _rate(one: WorkRange, at: datetime) -> float:
    assert one.started_at
    return one.done / max((at - one.started_at).total_seconds(), 0.5)
