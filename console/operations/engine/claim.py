"""Taking due steps: a batch across organizations, each under a lease and a fence of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from console.kernel.scope import CONSOLE, Scope, of_console
from console.operations.engine.lanes import ENGINE, SUSPECTS, USUAL_LIMITS, WITH_A_PLACE, Limits
from console.operations.models import StepEvent
from console.operations.patience import Patience
from console.operations.states import Cancelling, OperationState, StepState

CLAIMS = 0x62796F64  # "byod", the number after the sweeper's
"""Claims come one after the other, a few milliseconds each, so that no two count the same free places."""

TAKE = """
, taken AS (
    UPDATE operations_step step
    SET state = 'running', fence = step.fence + 1, lease_until = %(until)s, run_at = %(until)s,
        attempt = CASE due.state WHEN 'running' THEN step.attempt + 1 ELSE greatest(step.attempt, 1) END,
        takeovers = CASE due.state WHEN 'running' THEN step.takeovers + 1 ELSE step.takeovers END,
        started_at = coalesce(step.started_at, %(now)s), patience_from = coalesce(step.patience_from, %(now)s),
        changed_at = %(now)s
    FROM due WHERE step.id = due.id
    RETURNING step.id, step.org_id, step.operation_id, step.name, step.handler, step.params::text,
        CASE WHEN step.decision IS NULL THEN step.approval::text END, step.usual_seconds, step.patience_from,
        step.attempt, step.takeovers, step.fence, step.started_at, due.state, due.reason, due.message
)
SELECT taken.*, operation.state, operation.cancelling, operation.context::text, operation.target_id,
    operation.request_id, operation.requested_by_id, operation.requested_by, %(now)s::timestamptz
FROM taken JOIN operations_operation operation ON operation.id = taken.operation_id
"""
# two statements, so that the second sees what the claim before it has taken
LOCKED = f"SELECT pg_advisory_xact_lock({CLAIMS});"
CLAIM = LOCKED + WITH_A_PLACE + TAKE
CLAIM_SUSPECTS = LOCKED + SUSPECTS + TAKE
STARTED = """
UPDATE operations_operation SET state = 'running', started_at = %(now)s, changed_at = %(now)s
WHERE id = ANY(%(ids)s::uuid[]) AND state = 'pending' RETURNING id, org_id
"""
RENEW = """
UPDATE operations_step step SET lease_until = %(until)s, run_at = %(until)s
FROM unnest(%(ids)s::uuid[], %(fences)s::bigint[]) AS held(id, fence)
WHERE step.id = held.id AND step.fence = held.fence AND step.state = 'running'
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A step this worker may run until its lease ends; what it writes counts under its fence alone."""

    id: UUID
    org_id: UUID
    operation_id: UUID
    name: str
    handler: str
    params: str
    """JSON, read only when a handler is called."""
    approval: str | None
    """JSON; None also once a person has decided."""
    usual_seconds: float | None
    patience_from: datetime
    attempt: int
    takeovers: int
    """Workers in a row that ended while they held it, this taking counted."""
    fence: int
    started_at: datetime
    earlier_state: str
    earlier_reason: str
    earlier_message: str
    operation_state: str
    cancelling: str
    context: str
    target_id: str
    request_id: str
    requested_by_id: str
    requested_by: str
    at: datetime

    @property
    def taken_over(self) -> bool:
        """The worker that ran it before has not ended it within its lease."""
        return self.earlier_state == StepState.RUNNING

    @property
    def stopping(self) -> bool:
        return self.cancelling == Cancelling.STOPPING

    @property
    def patience(self) -> Patience | None:
        if self.usual_seconds is None:
            return None
        return Patience(self.patience_from, timedelta(seconds=self.usual_seconds))

    @property
    def scope(self) -> Scope:
        return system_scope(self.org_id, self.operation_id, self.requested_by, self.request_id)


def system_scope(org_id: UUID, operation_id: UUID, requested_by: str, request_id: str) -> Scope:
    """The console, acting in one organization for the person who asked for the operation."""
    actor = replace(CONSOLE, label=f"{CONSOLE.label}, for {requested_by}")
    return of_console(org_id, actor=actor, request_id=request_id, operation_id=operation_id)


def claim(
    *, most: int, now: datetime, lease: timedelta, limits: Limits = USUAL_LIMITS, suspects: bool = False
) -> list[Claimed]:
    """Take up to `most` due steps that have a place, each organization and lane in turn, longest due first.

    Suspects are those that several workers have ended with: they are taken apart from all others, so that it
    shows which of the steps that a worker held is the cause.
    """
    told: dict[str, Any] = {
        "now": now,
        "most": most,
        "until": now + lease,
        "per_organization": limits.per_organization,
        "per_lane": limits.per_lane,
    }
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(CLAIM_SUSPECTS if suspects else CLAIM, told)
        cursor.nextset()
        claimed = [Claimed(*row) for row in cursor.fetchall()]
        fresh = {step.operation_id for step in claimed if step.operation_state == OperationState.PENDING}
        if fresh:
            cursor.execute(STARTED, {"now": now, "ids": sorted(fresh)})
            lines = [StepEvent(operation_id=key, org_id=org_id, at=now, state=OperationState.RUNNING)
                     for key, org_id in cursor.fetchall()]  # fmt: skip
            StepEvent.objects.using(ENGINE).bulk_create(lines)
    return claimed


def renew(held: Sequence[Claimed], *, now: datetime, lease: timedelta) -> None:
    with connections[ENGINE].cursor() as cursor:
        ids, fences = [step.id for step in held], [step.fence for step in held]
        cursor.execute(RENEW, {"until": now + lease, "ids": ids, "fences": fences})
