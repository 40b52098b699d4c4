"""From what the cloud shows to what is done about it; pure."""

from datetime import timedelta
from enum import Enum

from regions.clouds.ports import Observation

SHORTEST_LOOK = timedelta(seconds=0.5)
LONGEST_LOOK = timedelta(seconds=15)
SHARE = 0.03
"""The next look comes after this share of the time waited so far: a wait ends 3 % late at most."""


class Act(Enum):
    NOTHING = "it is as wanted"
    CREATE = "it is not there"
    UPDATE = "a call can make it as wanted"
    DELETE = "it is there and should not be"
    WAIT = "the cloud is at it"
    REPLACE = "it differs where no call can change it"
    BROKEN = "the cloud gave up on it"
    FOREIGN = "somebody else's thing has its name"
    TRIM = "there is a second one that nothing uses"


def decide(seen: Observation, *, wanted: bool) -> Act:
    if not seen.exists:
        return Act.CREATE if wanted else Act.NOTHING
    if seen.foreign:
        return Act.FOREIGN if wanted else Act.NOTHING
    if seen.deleting:
        return Act.WAIT
    if not wanted:
        return Act.DELETE
    return _present(seen)


def _present(seen: Observation) -> Act:
    """Fields that no call can change are judged once it is ready: some appear only then."""
    if seen.failed:
        return Act.BROKEN
    if any(not difference.immutable for difference in seen.differences):
        return Act.UPDATE
    if not seen.ready:
        return Act.WAIT
    if seen.surplus:
        return Act.TRIM
    return Act.REPLACE if seen.differences else Act.NOTHING


def next_look(waited: timedelta) -> timedelta:
    return min(max(waited * SHARE, SHORTEST_LOOK), LONGEST_LOOK)
