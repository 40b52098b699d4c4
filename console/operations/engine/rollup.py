"""What a batch of results makes of its operations: their state, their history, their end."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from console.audit.actions import events as audit
from console.audit.models import Outcome as AuditOutcome
from console.operations.decide import Written, operation_state
from console.operations.engine.claim import Claimed, system_scope
from console.operations.engine.lanes import ENGINE
from console.operations.models import Operation, StepEvent
from console.operations.states import OperationState, StepState

COUNT = """
SELECT operation_id, state, count(*), count(*) FILTER (WHERE state = 'pending' AND open_needs = 0)
FROM operations_step WHERE operation_id = ANY(%(ids)s::uuid[]) GROUP BY 1, 2
"""
EXPIRED = "ApprovalExpired"


def roll_up(
    operations: Sequence[Operation], causes: Mapping[UUID, Written], now: datetime
) -> tuple[Operation, ...]:
    """Bring locked operations to the state that their steps make; return those that have ended by it."""
    counts, startable = _counted([operation.id for operation in operations])
    moved = []
    for operation in operations:
        state = operation_state(
            counts[operation.id],
            startable=startable[operation.id],
            cancelling=bool(operation.cancelling),
            paused=operation.paused_at is not None,
        )
        if state != operation.state:
            _move(operation, state, causes.get(operation.id), now)
            moved.append(operation)
    if moved:
        StepEvent.objects.using(ENGINE).bulk_create([line_of(operation, now) for operation in moved])
    ended = tuple(operation for operation in moved if operation.ended)
    for operation in ended:
        _record_end(operation)
    return ended


def line_of(operation: Operation, at: datetime) -> StepEvent:
    """The line of history that tells an operation's present state."""
    return StepEvent(
        org_id=operation.org_id, operation_id=operation.id, at=at, state=operation.state,
        reason=operation.reason, message=operation.message,
    )  # fmt: skip


def _counted(ids: Sequence[UUID]) -> tuple[dict[UUID, dict[str, int]], dict[UUID, int]]:
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    startable: dict[UUID, int] = defaultdict(int)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(COUNT, {"ids": list(ids)})
        for operation_id, state, many, due in cursor.fetchall():
            counts[operation_id][state] = many
            startable[operation_id] += due
    return counts, startable


def _move(operation: Operation, state: OperationState, cause: Written | None, now: datetime) -> None:
    operation.state = state
    operation.reason = cause.reason if cause else ""
    operation.message = cause.message if cause else ""
    operation.changed_at = now
    operation.started_at = operation.started_at or now
    operation.finished_at = now if operation.ended else None
    operation.save(
        using=ENGINE,
        update_fields=["state", "reason", "message", "changed_at", "started_at", "finished_at"],
    )


def _record_end(operation: Operation) -> None:
    scope = system_scope(operation.org_id, operation.id, operation.requested_by, operation.request_id)
    failed = operation.state == OperationState.FAILED
    outcome = AuditOutcome.FAILED if failed else AuditOutcome.SUCCEEDED
    facts: dict[str, Any] = {"kind": operation.kind, "target": operation.target_label}
    audit.record(scope, f"operation:{operation.state}", operation, outcome=outcome, using=ENGINE, **facts)


def record_approvals(operations: Mapping[UUID, Operation], results: Mapping[Claimed, Written]) -> None:
    """Keep in the trail that a person is asked, and that nobody answered in time."""
    for claimed, written in results.items():
        asked, expired = written.state == StepState.AWAITING_APPROVAL, written.reason == EXPIRED
        if asked or expired:
            event = "operation:approval-asked" if asked else "operation:approval-expired"
            audit.record(claimed.scope, event, operations[claimed.operation_id], using=ENGINE, step=claimed.name)
