"""Versions of the organization's KEK on an axis of days: in use, on hold, destroyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from console.encryption.keyring import Keyring
from console.encryption.models import KeyPolicy
from console.encryption.store import KekState, KekVersion
from console.web.charts.lifelines import Axis, Life

SHOWN = 8
SHORTEST = timedelta(hours=2)
WORDS = {
    KekState.ACTIVE: ("succeeded", "Active"),
    KekState.UNWRAPS: ("running", "Unwraps only"),
    KekState.DISABLED: ("waiting", "Disabled, on hold"),
    KekState.DESTROYED: ("cancelled", "Destroyed"),
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    word: str
    """As KEK_STORE has it."""
    state: str
    """As it looks."""
    label: str
    active: bool
    deks: int
    since: datetime
    ends_at: datetime | None
    destroyed: bool
    life: Life


@dataclass(frozen=True, slots=True)
class Lives:
    axis: Axis
    rows: Sequence[VersionRow]
    earlier: int
    """How many older ones are not shown."""


def lives(ring: Keyring, counted: Mapping[int, int], policy: KeyPolicy, at: datetime) -> Lives:
    """Newest first."""
    shown = ring.versions[-SHOWN:]
    ends = [*(_end(one, policy) for one in shown), policy.next_rotation_at]
    start = min(shown[0].created_at, at - SHORTEST)
    axis = Axis(start, max([at + (at - start) / 5, *(end for end in ends if end)]), at)
    followed = {one.number: after.created_at for one, after in pairwise(shown)}
    rows = [_row(one, followed.get(one.number), counted, policy, at) for one in reversed(shown)]
    return Lives(axis, rows, len(ring.versions) - len(shown))


def _end(version: KekVersion, policy: KeyPolicy) -> datetime | None:
    if version.destroyed_at:
        return version.destroyed_at
    return version.disabled_at + policy.hold if version.disabled_at else None


def _row(
    version: KekVersion, followed_at: datetime | None, counted: Mapping[int, int], policy: KeyPolicy, at: datetime
) -> VersionRow:
    state, label = WORDS[version.state]
    used_until, end = followed_at or at, _end(version, policy)
    planned = (at, policy.next_rotation_at) if followed_at is None and policy.next_rotation_at else None
    return VersionRow(
        number=version.number,
        word=version.state.value,
        state=state,
        label=label,
        active=version.state == KekState.ACTIVE,
        deks=counted.get(version.number, 0),
        since=version.created_at,
        ends_at=end,
        destroyed=version.state == KekState.DESTROYED,
        life=Life(
            used=(version.created_at, used_until),
            kept=(used_until, end) if end else None,
            planned=planned,
            ended_at=end,
        ),
    )
