"""Steps that a person approves before they run."""

from datetime import timedelta

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Invalid, Refused
from console.kernel.permissions import Permission
from console.operations.actions import decisions, operations, retries
from console.operations.gate import GATE
from console.operations.outcomes import Who
from console.operations.states import OperationState, StepState
from console.operations.steps import Approval
from tests.unit.operations.graphs import Script, act, begin, row, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
REPLACE = Approval("Replace the database; what it holds is lost.", expires_after=timedelta(days=1))
DAY = timedelta(days=1)


def test_a_step_waits_for_its_approval_when_its_needs_are_met(acme: Organization, script: Script) -> None:
    operation = begin(
        acme, step("network"), step("database", "network", approval=REPLACE), step("after", "database")
    )
    work()
    asked = row(operation, "database")
    assert states(operation) == {"network": "succeeded", "database": "awaiting_approval", "after": "pending"}
    assert (asked.reason, asked.message, asked.who) == ("ApprovalNeeded", REPLACE.question, Who.YOU)
    assert asked.run_at - now() > 0.99 * DAY
    assert (seen(operation).state, seen(operation).message) == ("awaiting_approval", REPLACE.question)
    assert script.tried("database") == 0


def test_approved_it_runs_and_the_note_stays(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    act(decisions.approve, operation, "database", note="Checked with Bob.")
    assert seen(operation).state == OperationState.RUNNING
    work()
    assert seen(operation).state == OperationState.SUCCEEDED
    assert script.tried("database") == 1
    decision = row(operation, "database").decision
    assert decision
    assert (decision["verdict"], decision["by"], decision["note"]) == ("approved", "Alice", "Checked with Bob.")


def test_other_branches_go_on_meanwhile(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE), step("left"), step("right", "left"))
    work()
    assert states(operation) == {"database": "awaiting_approval", "left": "succeeded", "right": "succeeded"}


def test_denied_it_fails_and_says_why(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE), step("after", "database"))
    work()
    act(decisions.deny, operation, "database", note="Not before the holidays.")
    denied = row(operation, "database")
    assert (denied.state, denied.reason) == (StepState.FAILED, "ApprovalDenied")
    assert denied.message == "Denied by Alice: Not before the holidays."
    assert seen(operation).state == OperationState.FAILED
    assert script.calls == []


def test_tried_again_after_a_denial_it_asks_anew(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    act(decisions.deny, operation, "database")
    act(retries.retry, operation, "database")
    work()
    assert states(operation) == {"database": "awaiting_approval"}


def test_an_approval_expires_by_itself(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    work(clock=lambda: now() + 0.99 * DAY)
    assert states(operation) == {"database": "awaiting_approval"}
    work(clock=lambda: now() + 1.01 * DAY)
    expired = row(operation, "database")
    assert (expired.state, expired.reason) == (StepState.BLOCKED, "ApprovalExpired")
    assert "Nobody approved it in time" in expired.message
    with pytest.raises(decisions.NoApprovalAwaited):
        act(decisions.approve, operation, "database")
    assert script.calls == []


def test_whoever_approves_needs_the_steps_own_permission_too(acme: Organization, script: Script) -> None:
    strict = Approval("Remove the region.", permission=Permission.REGION_DEPROVISION)
    operation = begin(acme, step("database", approval=strict))
    work()
    with pytest.raises(Refused, match="region:deprovision"):
        act(decisions.approve, operation, "database")
    assert states(operation) == {"database": "awaiting_approval"}


def test_nothing_is_approved_that_does_not_wait_for_it(acme: Organization) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    with pytest.raises(decisions.NoApprovalAwaited):
        act(decisions.approve, operation, "database")


def test_a_note_has_its_length(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    with pytest.raises(Invalid):
        act(decisions.approve, operation, "database", note="x" * 501)


def test_cancelling_ends_what_waits_for_an_approval(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    act(operations.cancel, operation)
    assert seen(operation).state == OperationState.CANCELLED


def test_a_gate_does_nothing_but_wait_for_its_approval(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("gate", handler=GATE, approval=REPLACE), step("database", "gate"))
    work()
    act(decisions.approve, operation, "gate")
    work()
    assert states(operation) == {"gate": "succeeded", "database": "succeeded"}


def test_asking_and_deciding_leave_events(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("database", approval=REPLACE))
    work()
    work(clock=lambda: now() + 2 * DAY)
    act(retries.retry, operation, "database")
    work()
    act(decisions.approve, operation, "database", note="Now.")
    work()
    events = AuditEvent.objects.using("owner").filter(operation_id=operation.pk).order_by("id")
    assert [event.event for event in events] == [
        "operation:started", "operation:approval-asked", "operation:approval-expired", "operation:retried",
        "operation:approval-asked", "operation:step-approved", "operation:succeeded",
    ]  # fmt: skip
