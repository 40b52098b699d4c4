"""Trying again: one step, all that wait for a person, or a step with everything that came after it."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.actions.operations import OperationGoingOn
from console.operations.graph import with_all_behind
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from console.operations.transitions import AFRESH, OperationEnded, count_needs, locked, settle

STUCK = (StepState.BLOCKED, StepState.FAILED)


class StepNotStuck(Conflict):
    code = "step_not_stuck"
    title = "The step does not wait for a person"


class StepNotBegun(Conflict):
    code = "step_not_begun"
    title = "The step has not begun"


class StepAtWork(Conflict):
    code = "step_at_work"
    title = "A step is at work at this moment"


@transaction.atomic
def retry(*, scope: Scope, step: Step) -> Operation:
    """Make a blocked or failed step due again; an operation that had failed goes on.

    Raises Refused, StepNotStuck, OperationEnded, and OperationGoingOn when another one works on the target by now.
    """
    operation = _retriable(scope, step.operation_id)
    if not _afresh(operation, [step.name], among=STUCK):
        raise StepNotStuck(
            f"{step.title} is neither blocked nor failed.", todo="Look at its present state on the operation."
        )
    audit.record(scope.during(operation.id), "operation:retried", operation, step=step.name)
    _go_on(scope, operation, f"Tried again by {scope.actor.label}.")
    return operation


@transaction.atomic
def retry_all(*, scope: Scope, operation: Operation) -> Operation:
    """Make every blocked or failed step due again. Raises as `retry` does."""
    operation = _retriable(scope, operation.id)
    stuck = list(operation.steps.filter(state__in=STUCK).values_list("name", flat=True))
    if not _afresh(operation, stuck, among=STUCK):
        raise StepNotStuck("No step of this operation is blocked or failed.", todo="Nothing is left to retry.")
    audit.record(scope.during(operation.id), "operation:retried", operation, steps=stuck)
    _go_on(scope, operation, f"Tried again by {scope.actor.label}.")
    return operation


@transaction.atomic
def retry_from(*, scope: Scope, step: Step) -> Operation:
    """Run a step again that has begun, and everything that needs it: each finds what its earlier run made.

    Raises Refused, StepNotBegun, OperationEnded, OperationGoingOn, and StepAtWork while one of these steps runs.
    """
    operation = _retriable(scope, step.operation_id)
    rows = {row.name: row for row in operation.steps.only("name", "title", "needs", "state")}
    names = with_all_behind(step.name, {name: row.needs for name, row in rows.items()})
    if rows[step.name].state == StepState.PENDING:
        raise StepNotBegun(f"{step.title} has not begun.", todo="Retry from a step that it needs.")
    if _afresh(operation, names, among=set(StepState) - {StepState.RUNNING}) != len(names):
        raise StepAtWork(
            f"{step.title}, or a step that needs it, runs at this moment.",
            todo="Try again in a few seconds, or pause the operation first.",
        )
    audit.record(scope.during(operation.id), "operation:retried-from", operation, step=step.name, steps=len(names))
    _go_on(scope, operation, f"Tried again from {step.title} on by {scope.actor.label}.")
    return operation


def _retriable(scope: Scope, operation_id: object) -> Operation:
    scope.require(Permission.OPERATION_CONTROL)
    operation = locked(scope, operation_id)
    if operation.cancelling:
        raise OperationEnded(f"{operation.title} was cancelled.", todo="Start a new operation instead.")
    if operation.state == OperationState.SUCCEEDED:
        raise OperationEnded(f"{operation.title} has succeeded.", todo="Start a new operation instead.")
    return operation


def _afresh(operation: Operation, names: Collection[str], *, among: Collection[StepState]) -> int:
    """Put those of the steps that are in one of these states back to before their first attempt."""
    at = now()
    steps = operation.steps.filter(name__in=names, state__in=list(among))
    many: int = steps.update(changed_at=at, paused=operation.paused_at is not None, **AFRESH)
    count_needs(operation, names, at)
    return many


def _go_on(scope: Scope, operation: Operation, message: str) -> None:
    reopened = operation.ended
    try:
        with transaction.atomic():
            settle(scope, operation, message)
    except IntegrityError as error:
        raise OperationGoingOn(
            f"Another operation is working on {operation.target_label}.",
            todo="Wait until it has ended, then try again.",
        ) from error
    if reopened:
        lifecycle.reopened(scope, operation)
