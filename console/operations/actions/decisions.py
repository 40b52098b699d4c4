"""What a person decides about one step: approve it, deny it, or skip it."""

from typing import Any

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.outcomes import Who
from console.operations.states import StepState
from console.operations.transitions import locked_going_on, lower, settle, tell

LONGEST_NOTE = 500
MAY_BE_SKIPPED = (StepState.PENDING, StepState.WAITING, StepState.BLOCKED, StepState.FAILED)


class NoApprovalAwaited(Conflict):
    code = "no_approval_awaited"
    title = "The step does not wait for an approval"


class UnknownPermission(Conflict):
    code = "permission_unknown"
    title = "Nobody can decide this"


class StepNotSkippable(Conflict):
    code = "step_not_skippable"
    title = "The step cannot be skipped"


class ReasonMissing(Invalid):
    code = "reason_missing"
    title = "A reason is missing"


@transaction.atomic
def approve(*, scope: Scope, step: Step, note: str = "") -> Operation:
    """Let the step run.

    Raises Refused, OperationEnded, NoApprovalAwaited, UnknownPermission, and Invalid for too long a note.
    """
    operation, step = _asked(scope, step)
    said = _sentence("Approved", scope, note)
    _decide(
        scope, step, "approved", note, state=StepState.PENDING, message=said, reason="", who="", started_at=None
    )
    tell(operation, StepState.PENDING, said, step=step.name, reason="Approved")
    audit.record(scope.during(operation.id), "operation:step-approved", operation, step=step.name, note=note)
    settle(scope, operation, said)
    return operation


@transaction.atomic
def deny(*, scope: Scope, step: Step, note: str = "") -> Operation:
    """Fail the step; the rest of the operation goes on as after any failure. Raises as `approve` does."""
    operation, step = _asked(scope, step)
    said = _sentence("Denied", scope, note)
    _decide(
        scope, step, "denied", note, state=StepState.FAILED, message=said, reason="ApprovalDenied", who=Who.YOU,
        fix="Check again to ask anew, or cancel the operation.", finished_at=now(),
    )  # fmt: skip
    tell(operation, StepState.FAILED, said, step=step.name, reason="ApprovalDenied")
    audit.record(scope.during(operation.id), "operation:step-denied", operation, step=step.name, note=note)
    settle(scope, operation, said)
    return operation


@transaction.atomic
def skip(*, scope: Scope, step: Step, reason: str) -> Operation:
    """Leave the step out; what needs it goes on as if it had succeeded.

    Raises Refused, OperationEnded, ReasonMissing, Invalid, and StepNotSkippable where the plan does not allow it
    or the step runs at this moment.
    """
    scope.require(Permission.OPERATION_CONTROL)
    if not reason.strip():
        raise ReasonMissing("Say why the step is skipped.", todo="It stays in the history.", field="reason")
    operation, at = locked_going_on(scope, step.operation_id), now()
    said = _sentence("Skipped", scope, reason)
    among = operation.steps.filter(pk=step.pk, skippable=True, state__in=MAY_BE_SKIPPED)
    if not among.update(
        state=StepState.SKIPPED, reason="Skipped", message=said, who="", fix="", changed_at=at, finished_at=at
    ):
        raise StepNotSkippable(
            f"{step.title} cannot be skipped now.",
            todo="The plan must allow it, and the step must neither run nor have ended.",
        )
    lower(operation, [step.name], at)
    tell(operation, StepState.SKIPPED, said, step=step.name, reason="Skipped")
    audit.record(scope.during(operation.id), "operation:step-skipped", operation, step=step.name, reason=reason)
    settle(scope, operation, said)
    return operation


def _asked(scope: Scope, step: Step) -> tuple[Operation, Step]:
    """The operation, locked, and its step, which awaits what this scope may decide."""
    scope.require(Permission.OPERATION_APPROVE)
    operation = locked_going_on(scope, step.operation_id)
    found = operation.steps.filter(pk=step.pk, state=StepState.AWAITING_APPROVAL).first()
    if found is None:
        raise NoApprovalAwaited(
            f"{step.title} does not wait for an approval now.", todo="Look at its present state on the operation."
        )
    scope.require(_permission(found))
    return operation, found


def _permission(step: Step) -> Permission:
    code = str((step.approval or {}).get("permission", Permission.OPERATION_APPROVE))
    if code not in set(Permission):
        raise UnknownPermission(
            f"{step.title} is approved by whoever has {code}, which this version of the console does not know.",
            todo="Cancel the operation and start it anew, or bring back the version that started it.",
        )
    return Permission(code)


def _decide(scope: Scope, step: Step, verdict: str, note: str, **columns: Any) -> None:
    at = now()
    step.decision = {
        "verdict": verdict,
        "by": scope.actor.label,
        "by_id": scope.actor.id,
        "note": note,
        "at": at.isoformat(),
    }
    many = Step.objects.visible_to(scope).filter(pk=step.pk, state=StepState.AWAITING_APPROVAL)
    if not many.update(decision=step.decision, run_at=at, changed_at=at, **columns):
        raise NoApprovalAwaited(f"{step.title} was decided meanwhile, or its time is over.")


def _sentence(act: str, scope: Scope, note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"What you say may have {LONGEST_NOTE} characters at most.", field="note")
    said = note.strip()
    return f"{act} by {scope.actor.label}{f': {said}' if said else '.'}"
