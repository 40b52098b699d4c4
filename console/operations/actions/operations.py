"""Starting, retrying and cancelling operations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.decide import operation_state
from console.operations.models import Operation, Step, StepEvent
from console.operations.states import OperationState, StepState
from console.operations.steps import StepSpec, checked

STUCK = (StepState.BLOCKED, StepState.FAILED)
NOT_STARTED = (StepState.PENDING, StepState.BLOCKED, StepState.AWAITING_APPROVAL)
CANCELLED = {"reason": "Cancelled", "message": "Cancelled by a person.", "who": "", "fix": ""}


class OperationGoingOn(Conflict):
    code = "operation_going_on"
    title = "Another operation is going on"


class StepNotStuck(Conflict):
    code = "step_not_stuck"
    title = "The step does not wait for a person"


class OperationEnded(Conflict):
    code = "operation_ended"
    title = "The operation has ended"


@transaction.atomic
def start(
    *,
    scope: Scope,
    kind: str,
    title: str,
    target: models.Model,
    steps: Sequence[StepSpec],
    context: Mapping[str, Any] | None = None,
) -> Operation:
    """Write the operation with its steps and wake the engine on commit.

    Raises OperationGoingOn while another operation works on the target, ValueError for a graph that
    names unknown needs or runs in a circle.
    """
    ordered = checked(steps)
    operation = _inserted(scope, kind, title, target, context or {})
    at = operation.created_at
    rows = [_row(operation, position, spec, at) for position, spec in enumerate(ordered)]
    Step.objects.bulk_create(rows)
    _tell(operation, OperationState.PENDING, f"Requested by {scope.actor.label}.")
    audit.record(scope.during(operation.id), "operation:started", operation, kind=kind, steps=len(rows))
    enqueue_on_commit(Job.WAKE_ENGINE)
    return operation


def _inserted(scope: Scope, kind: str, title: str, target: models.Model, context: Mapping[str, Any]) -> Operation:
    operation = Operation(
        org_id=scope.org_id,
        kind=kind,
        title=title,
        target_type=target._meta.model_name or "",
        target_id=str(target.pk),
        target_label=str(target)[:200],
        requested_by_kind=scope.actor.kind.value,
        requested_by_id=scope.actor.id,
        requested_by=scope.actor.label[:200],
        request_id=scope.request_id,
        context=dict(context),
    )
    try:
        with transaction.atomic():
            operation.save(force_insert=True)
    except IntegrityError as error:
        raise OperationGoingOn(
            f"Another operation is working on {target}.",
            todo="Wait until it has ended, or cancel it, then try again.",
        ) from error
    return operation


def _row(operation: Operation, position: int, spec: StepSpec, at: Any) -> Step:
    return Step(
        org_id=operation.org_id,
        operation=operation,
        name=spec.name,
        title=spec.title,
        handler=spec.handler,
        params=dict(spec.params),
        position=position,
        needs=list(spec.needs),
        open_needs=len(spec.needs),
        run_at=at,
        changed_at=at,
    )


@transaction.atomic
def retry(*, scope: Scope, step: Step) -> Operation:
    """Make a blocked or failed step due again; an operation that had failed goes on.

    Raises Refused, StepNotStuck, and OperationGoingOn when the target has another operation by now.
    """
    scope.require(Permission.OPERATION_CONTROL)
    operation = _locked(scope, step.operation_id)
    if not _due_again(operation, [step.name]):
        raise StepNotStuck(
            f"{step.title} is neither blocked nor failed.", todo="Look at its present state on the operation."
        )
    _go_on(scope, operation)
    audit.record(scope.during(operation.id), "operation:retried", operation, step=step.name)
    return operation


@transaction.atomic
def retry_all(*, scope: Scope, operation: Operation) -> Operation:
    """Make every blocked or failed step due again. Raises as `retry` does."""
    scope.require(Permission.OPERATION_CONTROL)
    operation = _locked(scope, operation.id)
    stuck = list(operation.steps.filter(state__in=STUCK).values_list("name", flat=True))
    if not _due_again(operation, stuck):
        raise StepNotStuck("No step of this operation is blocked or failed.", todo="Nothing is left to retry.")
    _go_on(scope, operation)
    audit.record(scope.during(operation.id), "operation:retried", operation, steps=stuck)
    return operation


@transaction.atomic
def cancel(*, scope: Scope, operation: Operation) -> Operation:
    """Start nothing more; what runs ends at its next write. What exists in the cloud stays.

    Raises Refused, OperationEnded, and what the operation's kind has against it by now.
    """
    scope.require(Permission.OPERATION_CONTROL)
    operation = _locked(scope, operation.id)
    if operation.ended:
        raise OperationEnded(f"{operation.title} has ended already.", todo="Nothing is left to cancel.")
    lifecycle.cancelling(scope, operation)
    at = now()
    operation.steps.filter(state__in=NOT_STARTED).update(
        state=StepState.CANCELLED, changed_at=at, finished_at=at, **CANCELLED
    )
    operation.steps.filter(state=StepState.WAITING).update(run_at=at)
    state = operation_state(_counts(operation), cancelling=True, startable=0)
    _move(operation, OperationState(state), f"Cancelled by {scope.actor.label}.")
    audit.record(scope.during(operation.id), "operation:cancel-requested", operation)
    if operation.ended:
        audit.record(scope.during(operation.id), f"operation:{operation.state}", operation)
        lifecycle.ended(scope, operation)
    enqueue_on_commit(Job.WAKE_ENGINE)
    return operation


def _locked(scope: Scope, operation_id: Any) -> Operation:
    return Operation.objects.visible_to(scope).select_for_update(no_key=True).get(pk=operation_id)


def _due_again(operation: Operation, names: Sequence[str]) -> int:
    at = now()
    if operation.state in {OperationState.CANCELLING, OperationState.CANCELLED}:
        raise OperationEnded(f"{operation.title} was cancelled.", todo="Start a new operation instead.")
    return operation.steps.filter(name__in=names, state__in=STUCK).update(
        state=StepState.PENDING, run_at=at, changed_at=at, finished_at=None,
        attempt=0, reason="", message="", who="", fix="", provider=None,
    )  # fmt: skip


def _go_on(scope: Scope, operation: Operation) -> None:
    reopened = operation.ended
    try:
        with transaction.atomic():
            _move(operation, OperationState.RUNNING, f"Tried again by {scope.actor.label}.")
    except IntegrityError as error:
        raise OperationGoingOn(
            f"Another operation is working on {operation.target_label}.",
            todo="Wait until it has ended, then try again.",
        ) from error
    if reopened:
        lifecycle.reopened(scope, operation)
    enqueue_on_commit(Job.WAKE_ENGINE)


def _move(operation: Operation, state: OperationState, message: str) -> None:
    at = now()
    operation.state = state
    operation.message = message
    operation.reason = ""
    operation.changed_at = at
    operation.finished_at = at if operation.ended else None
    operation.announced_at = operation.finished_at
    operation.save(update_fields=["state", "message", "reason", "changed_at", "finished_at", "announced_at"])
    _tell(operation, state, message)


def _tell(operation: Operation, state: OperationState, message: str) -> None:
    StepEvent.objects.create(org_id=operation.org_id, operation=operation, state=state, message=message)


def _counts(operation: Operation) -> Counter[str]:
    return Counter(operation.steps.values_list("state", flat=True))
