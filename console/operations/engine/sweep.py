"""What beat wakes each second: it sends again the wakes that were lost. Work itself is done by claimers."""

from datetime import datetime, timedelta

from django.db import connections, transaction

from console.operations.engine.announce import announce_left
from console.operations.engine.heartbeat import beat, forget_gone
from console.operations.engine.lanes import ENGINE, USUAL_LIMITS, Limits, next_due_at

LOCK = 0x62796F63  # "byoc": PostgreSQL's advisory locks are numbers
AHEAD = timedelta(seconds=1.5)
"""Beat's second and a half more: a claimer is at work before the step is due."""


def sweep(*, worker: str, now: datetime, limits: Limits = USUAL_LIMITS) -> bool:
    """Return whether a claimer should be woken; False also where another sweeper is at it."""
    beat(worker, now)
    with transaction.atomic(using=ENGINE):
        if not _locked():
            return False
        forget_gone(now)
        due = next_due_at(now, limits)
    announce_left(now)
    return due is not None and due <= now + AHEAD


def _locked() -> bool:
    with connections[ENGINE].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
