"""Doing what follows an operation's end, at least once, whatever happens to the worker."""

import logging
from datetime import datetime, timedelta

from console.kernel.clock import now
from console.operations import lifecycle
from console.operations.engine.claim import system_scope
from console.operations.engine.lanes import ENGINE
from console.operations.models import Operation

logger = logging.getLogger("console.operations")

GRACE = timedelta(seconds=5)
"""The worker that wrote the end announces it; the sweeper does so after this."""


def announce(operation: Operation) -> None:
    scope = system_scope(operation.org_id, operation.id, operation.requested_by, operation.request_id)
    try:
        with scope.entered():
            lifecycle.ended(scope, operation)
    except Exception:
        logger.exception("What follows the end of operation %s failed; it is tried again.", operation.id)
        return
    ended = Operation.objects.using(ENGINE).filter(pk=operation.pk, finished_at=operation.finished_at)
    ended.update(announced_at=now())


def announce_left(at: datetime) -> None:
    left = Operation.objects.using(ENGINE).filter(finished_at__lt=at - GRACE, announced_at__isnull=True)
    for operation in left[:50]:
        announce(operation)
