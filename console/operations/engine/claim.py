"""Taking due steps: a batch across organizations, each under a lease and a fence of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from console.kernel.scope import CONSOLE, Scope, of_console
from console.operations.states import OperationState, StepState

ENGINE = "engine"
SUSPECT_TAKEOVERS = 2
"""Lost workers after which a step runs alone."""

# A running step's `run_at` is the end of its lease, so that one index finds what is due and what was lost.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id, state, reason, message FROM operations_step
    WHERE state IN ('pending', 'waiting', 'running') AND open_needs = 0 AND run_at <= %(now)s
        AND (state = 'running' AND takeovers >= %(suspect)s) = %(suspects)s
    ORDER BY run_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
    UPDATE operations_step step
    SET state = 'running', fence = step.fence + 1, lease_until = %(until)s, run_at = %(until)s,
        attempt = CASE due.state WHEN 'running' THEN step.attempt + 1 ELSE greatest(step.attempt, 1) END,
        takeovers = CASE due.state WHEN 'running' THEN step.takeovers + 1 ELSE step.takeovers END,
        started_at = coalesce(step.started_at, %(now)s), changed_at = %(now)s
    FROM due WHERE step.id = due.id
    RETURNING step.id, step.org_id, step.operation_id, step.name, step.handler, step.params::text,
        step.attempt, step.takeovers, step.fence, step.started_at, due.state, due.reason, due.message
)
SELECT taken.*, operation.state, operation.context::text, operation.target_id, operation.request_id,
    operation.requested_by_id, operation.requested_by, %(now)s::timestamptz
FROM taken JOIN operations_operation operation ON operation.id = taken.operation_id
"""
STARTED = """
UPDATE operations_operation SET state = 'running', started_at = %(now)s, changed_at = %(now)s
WHERE id = ANY(%(ids)s::uuid[]) AND state = 'pending'
"""
RENEW = """
UPDATE operations_step step SET lease_until = %(until)s, run_at = %(until)s
FROM unnest(%(ids)s::uuid[], %(fences)s::bigint[]) AS held(id, fence)
WHERE step.id = held.id AND step.fence = held.fence AND step.state = 'running'
"""
NEXT_DUE = """
SELECT run_at FROM operations_step
WHERE state IN ('pending', 'waiting', 'running') AND open_needs = 0 ORDER BY run_at LIMIT 1
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
    attempt: int
    takeovers: int
    """Workers in a row that ended while they held it, this taking counted."""
    fence: int
    started_at: datetime
    earlier_state: str
    earlier_reason: str
    earlier_message: str
    operation_state: str
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
    def cancelling(self) -> bool:
        return self.operation_state == OperationState.CANCELLING

    @property
    def scope(self) -> Scope:
        return system_scope(self.org_id, self.operation_id, self.requested_by, self.request_id)


def system_scope(org_id: UUID, operation_id: UUID, requested_by: str, request_id: str) -> Scope:
    """The console, acting in one organization for the person who asked for the operation."""
    actor = replace(CONSOLE, label=f"{CONSOLE.label}, for {requested_by}")
    return of_console(org_id, actor=actor, request_id=request_id, operation_id=operation_id)


def claim(*, most: int, now: datetime, lease: timedelta, suspects: bool = False) -> list[Claimed]:
    """Take up to `most` due steps, longest due first; steps that others hold are passed over.

    Suspects are those that several workers have ended with: they are taken apart from all others, so that it
    shows which of the steps that a worker held is the cause.
    """
    told: dict[str, Any] = {
        "now": now,
        "most": most,
        "until": now + lease,
        "suspect": SUSPECT_TAKEOVERS,
        "suspects": suspects,
    }
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(CLAIM, told)
        claimed = [Claimed(*row) for row in cursor.fetchall()]
        fresh = {step.operation_id for step in claimed if step.operation_state == OperationState.PENDING}
        if fresh:
            cursor.execute(STARTED, {"now": now, "ids": sorted(fresh)})
    return claimed


def renew(held: Sequence[Claimed], *, now: datetime, lease: timedelta) -> None:
    with connections[ENGINE].cursor() as cursor:
        ids, fences = [step.id for step in held], [step.fence for step in held]
        cursor.execute(RENEW, {"until": now + lease, "ids": ids, "fences": fences})


def next_due_at() -> datetime | None:
    """When the next step wants a worker; a lost one counts from the end of its lease."""
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(NEXT_DUE)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row[0] if row else None
