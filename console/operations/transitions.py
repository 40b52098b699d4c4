"""What the acts on an operation have in common: its lock, its move to another state, its steps' due needs.

An operation is locked before its steps, here as in the engine, so that no two writers wait for each other.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.decide import operation_state
from console.operations.models import Operation, Step, StepEvent
from console.operations.states import STEP_SATISFIED, OperationState, StepState

AFRESH: dict[str, Any] = {
    "state": StepState.PENDING, "finished_at": None, "started_at": None, "patience_from": None, "attempt": 0,
    "takeovers": 0, "reason": "", "message": "", "who": "", "fix": "", "provider": None, "progress": None,
    "decision": None,
}  # fmt: skip
"""A step as it was before its first attempt; what it found out stays until it finds it out again."""


class OperationEnded(Conflict):
    code = "operation_ended"
    title = "The operation has ended"


def locked(scope: Scope, operation_id: Any) -> Operation:
    return Operation.objects.visible_to(scope).select_for_update(no_key=True).get(pk=operation_id)


def locked_going_on(scope: Scope, operation_id: Any) -> Operation:
    """Raises OperationEnded also for one that is being cancelled."""
    operation = locked(scope, operation_id)
    if operation.ended:
        raise OperationEnded(f"{operation.title} has ended already.", todo="Start a new operation instead.")
    if operation.cancelling:
        raise OperationEnded(f"{operation.title} is being cancelled.", todo="Wait until it has ended.")
    return operation


def move(operation: Operation, state: OperationState, message: str) -> None:
    """Write another state, with its line of history."""
    at = now()
    operation.state = state
    operation.message = message
    operation.reason = ""
    operation.changed_at = at
    operation.finished_at = at if operation.ended else None
    operation.announced_at = operation.finished_at
    operation.save(
        update_fields=[
            "state", "message", "reason", "changed_at", "finished_at", "announced_at", "paused_at", "cancelling",
        ]
    )  # fmt: skip
    tell(operation, state, message)


def settle(scope: Scope, operation: Operation, message: str) -> None:
    """Bring the operation to the state that its steps make, do what follows an end, wake the engine."""
    move(operation, rolled_up(operation), message)
    if operation.ended:
        audit.record(scope.during(operation.id), f"operation:{operation.state}", operation)
        lifecycle.ended(scope, operation)
    enqueue_on_commit(Job.WAKE_ENGINE)


def rolled_up(operation: Operation) -> OperationState:
    counts = Counter(operation.steps.values_list("state", flat=True))
    startable = operation.steps.filter(state=StepState.PENDING, open_needs=0).count()
    return operation_state(
        counts,
        startable=startable,
        cancelling=bool(operation.cancelling),
        paused=operation.paused_at is not None,
    )


def tell(operation: Operation, state: str, message: str, *, step: str = "", reason: str = "") -> None:
    """Add a line of history, of the operation or of one of its steps."""
    StepEvent.objects.create(
        org_id=operation.org_id, operation=operation, step_name=step, state=state, reason=reason, message=message
    )


def lower(operation: Operation, done: Sequence[str], at: datetime) -> None:
    """Count needs that are satisfied from now on; steps that wait for nothing else become due."""
    for name in done:
        behind = operation.steps.filter(state=StepState.PENDING, open_needs__gt=0, needs__contains=[name])
        behind.update(open_needs=F("open_needs") - 1, run_at=at)


def count_needs(operation: Operation, names: Collection[str], at: datetime) -> None:
    """Count anew what these steps wait for."""
    satisfied = set(operation.steps.filter(state__in=STEP_SATISFIED).values_list("name", flat=True))
    rows = list(operation.steps.filter(name__in=names).only("needs"))
    for row in rows:
        row.open_needs = len(set(row.needs) - satisfied)
        row.run_at = at
    Step.objects.bulk_update(rows, ["open_needs", "run_at"])
