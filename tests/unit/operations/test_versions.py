"""An operation that another version of the code has started is finished by this one, or halted with a sentence."""

from datetime import timedelta

import pytest
from django.db import connections

from accounts.models import Organization
from console.kernel.clock import now
from console.operations.actions import decisions, operations, retries
from console.operations.engine.claim import claim
from console.operations.models import Operation
from console.operations.outcomes import Done, Outcome, Who
from console.operations.states import OperationState, StepState
from console.operations.steps import StepContext
from tests.unit.operations.graphs import Script, act, begin, handling, row, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def changed(operation: Operation, name: str, **columns: object) -> None:
    """Let the step be as another version wrote it."""
    operation.steps.using("owner").filter(name=name).update(**columns)


def test_a_step_whose_handler_is_gone_halts_and_the_rest_goes_on(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("old", handler="gone.away"), step("new"), step("after", "old"))
    work()
    assert states(operation) == {"old": "blocked", "new": "succeeded", "after": "pending"}
    halted = row(operation, "old")
    assert (halted.reason, halted.who) == ("HandlerUnknown", Who.VENDOR)
    assert halted.message == "This version of the console does not know the step gone.away."
    assert "Cancel the operation and start it anew" in halted.fix


def test_it_goes_on_when_the_version_that_knows_the_step_is_back(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("old", handler="gone.away"), step("after", "old"))
    work()
    with handling("gone.away", lambda _context: Done()):
        act(retries.retry, operation, "old")
        work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_halted_step_of_another_version_can_be_left_behind_by_cancelling(
    acme: Organization, script: Script
) -> None:
    operation = begin(acme, step("old", handler="gone.away"), step("after", "old"))
    work()
    act(operations.cancel, operation)
    assert seen(operation).state == OperationState.CANCELLED


def test_parameters_that_this_version_does_not_find_fail_the_step_with_a_sentence(acme: Organization) -> None:
    def wants_kind(context: StepContext) -> Outcome:
        return Done(str(context.params["kind"]))

    with handling("scripted", wants_kind):
        operation = begin(acme, step("old", params={"type": "vpc"}), step("new", params={"kind": "vpc"}))
        work()
    assert states(operation) == {"old": "failed", "new": "succeeded"}
    assert "Something unforeseen happened (KeyError)" in row(operation, "old").message


def test_parameters_that_this_version_does_not_know_are_left_alone(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("old", params={"kind": "vpc", "colour": "blue"}))
    work()
    assert seen(operation).state == OperationState.SUCCEEDED
    assert script.calls[0].params == {"kind": "vpc", "colour": "blue"}


def test_a_step_that_ran_when_the_version_changed_is_taken_over(acme: Organization, script: Script) -> None:
    operation = begin(acme)
    assert claim(most=1, now=now() - timedelta(minutes=1), lease=timedelta(seconds=30)) == []
    assert len(claim(most=1, now=now(), lease=timedelta(seconds=1))) == 1
    work(clock=lambda: now() + timedelta(seconds=5))
    assert seen(operation).state == OperationState.SUCCEEDED


def test_rows_of_the_version_before_the_controls_run_to_their_end(acme: Organization, script: Script) -> None:
    """That version inserts no lane, no pause, no approval: the database fills them in."""
    operation = begin(acme, step("old"))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_step (id, org_id, operation_id, name, title, handler, params, position, needs,"
            " open_needs, state, reason, message, who, fix, facts, attempt, takeovers, run_at, fence, changed_at)"
            " SELECT gen_random_uuid(), org_id, operation_id, 'older', title, handler, params, 1, needs,"
            " open_needs, state, reason, message, who, fix, facts, attempt, takeovers, run_at, fence, changed_at"
            " FROM operations_step WHERE operation_id = %s",
            [operation.id],
        )
    work()
    assert states(operation) == {"old": "succeeded", "older": "succeeded"}
    assert seen(operation).state == OperationState.SUCCEEDED


def test_an_approval_without_a_known_permission_is_decided_by_nobody_unnoticed(
    acme: Organization, script: Script
) -> None:
    operation = begin(acme, step("old"))
    document = {"question": "May it?", "expires_after": 60.0, "permission": "region:rename"}
    changed(operation, "old", approval=document)
    work()
    assert states(operation) == {"old": "awaiting_approval"}
    with pytest.raises(decisions.UnknownPermission, match="region:rename"):
        act(decisions.approve, operation, "old")
    assert row(operation, "old").state == StepState.AWAITING_APPROVAL
