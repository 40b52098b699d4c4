"""Starting, pausing, resuming and cancelling operations."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.models import Operation, Step
from console.operations.states import STEP_ENDED, Cancelling, OperationState, StepState
from console.operations.steps import StepSpec, checked
from console.operations.transitions import OperationEnded, locked, locked_going_on, move, rolled_up, settle, tell

NOT_STARTED = (StepState.PENDING, StepState.BLOCKED, StepState.AWAITING_APPROVAL)
CANCELLED = {"reason": "Cancelled", "message": "Cancelled by a person.", "who": "", "fix": ""}


class OperationGoingOn(Conflict):
    code = "operation_going_on"
    title = "Another operation is going on"


class AlreadyPaused(Conflict):
    code = "operation_paused"
    title = "The operation is paused already"


class NotPaused(Conflict):
    code = "operation_not_paused"
    title = "The operation is not paused"


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

    A step that names no lane runs in that of the target, its `operation_lane`, if it has one. Raises
    OperationGoingOn while another operation works on the target, ValueError for a graph that names unknown needs
    or runs in a circle.
    """
    ordered = checked(steps)
    operation = _inserted(scope, kind, title, target, context or {})
    usual, lane = _usual(scope, kind), str(getattr(target, "operation_lane", ""))
    rows = [_row(operation, position, spec, usual, lane) for position, spec in enumerate(ordered)]
    Step.objects.bulk_create(rows)
    tell(operation, OperationState.PENDING, f"Requested by {scope.actor.label}.")
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


def _usual(scope: Scope, kind: str) -> dict[str, float]:
    earlier = list(Operation.objects.visible_to(scope).lately_succeeded(kind))
    return Step.objects.visible_to(scope).of_operations(earlier).most_seconds() if earlier else {}


def _row(operation: Operation, position: int, spec: StepSpec, usual: Mapping[str, float], lane: str) -> Step:
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
        skippable=spec.skippable,
        approval=spec.approval and spec.approval.as_document(),
        lane=spec.lane or lane,
        usual_seconds=usual.get(spec.name),
        run_at=operation.created_at,
        changed_at=operation.created_at,
    )


@transaction.atomic
def pause(*, scope: Scope, operation: Operation) -> Operation:
    """Take up no step until the operation is resumed. What runs at this moment writes its answer; what the cloud
    has begun goes on there, unasked.

    Raises Refused, OperationEnded and AlreadyPaused.
    """
    scope.require(Permission.OPERATION_CONTROL)
    operation = locked_going_on(scope, operation.id)
    if operation.paused_at is not None:
        raise AlreadyPaused(f"{operation.title} is paused already.", todo="Resume it when it may go on.")
    operation.paused_at = now()
    operation.steps.exclude(state__in=STEP_ENDED).update(paused=True)
    move(operation, rolled_up(operation), f"Paused by {scope.actor.label}.")
    audit.record(scope.during(operation.id), "operation:paused", operation)
    return operation


@transaction.atomic
def resume(*, scope: Scope, operation: Operation) -> Operation:
    """Go on where it was paused; the pause counts for no step's lateness.

    Raises Refused, OperationEnded and NotPaused.
    """
    scope.require(Permission.OPERATION_CONTROL)
    operation = locked_going_on(scope, operation.id)
    if operation.paused_at is None:
        raise NotPaused(f"{operation.title} is not paused.", todo="Look at its present state.")
    pause = now() - operation.paused_at
    operation.steps.filter(paused=True).update(paused=False, patience_from=F("patience_from") + pause)
    operation.paused_at = None
    audit.record(scope.during(operation.id), "operation:resumed", operation)
    settle(scope, operation, f"Resumed by {scope.actor.label}.")
    return operation


@transaction.atomic
def cancel(*, scope: Scope, operation: Operation) -> Operation:
    """Start nothing more. Its kind says whether what the cloud has begun is followed to its end or left alone;
    cancelling a second time leaves it alone. What exists in the cloud stays.

    Raises Refused, OperationEnded, and what the operation's kind has against it by now.
    """
    scope.require(Permission.OPERATION_CONTROL)
    operation = locked(scope, operation.id)
    if operation.ended:
        raise OperationEnded(f"{operation.title} has ended already.", todo="Nothing is left to cancel.")
    lifecycle.cancelling(scope, operation)
    again = bool(operation.cancelling)
    operation.cancelling = Cancelling.STOPPING if again else lifecycle.cancellation(operation.kind).manner
    operation.paused_at = None
    _stop_steps(operation)
    audit.record(scope.during(operation.id), "operation:cancel-requested", operation, manner=operation.cancelling)
    settle(scope, operation, f"Cancelled by {scope.actor.label}.")
    return operation


def _stop_steps(operation: Operation) -> None:
    at = now()
    waiting = operation.steps.filter(state=StepState.WAITING)
    operation.steps.filter(paused=True).update(paused=False)
    operation.steps.filter(state__in=NOT_STARTED).update(
        state=StepState.CANCELLED, changed_at=at, finished_at=at, **CANCELLED
    )
    if operation.cancelling == Cancelling.FINISHING:
        waiting = waiting.filter(attempt__gt=1)
        waiting.update(state=StepState.CANCELLED, changed_at=at, finished_at=at, **CANCELLED)
    else:
        waiting.update(run_at=at)
