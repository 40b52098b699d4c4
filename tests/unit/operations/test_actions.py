from datetime import timedelta

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.actions import operations, retries
from console.operations.engine.claim import claim
from console.operations.models import Operation
from console.operations.outcomes import Done, Halt, Outcome, Wait
from console.operations.states import OperationState
from console.operations.steps import StepContext
from console.operations.transitions import OperationEnded
from tests.unit.operations.graphs import Script, act, begin, handling, row, scope_in, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_target_has_one_operation_at_a_time(acme: Organization) -> None:
    begin(acme)
    with pytest.raises(operations.OperationGoingOn, match="Acme Bank"):
        begin(acme)


def test_a_blocked_step_is_retried_and_the_operation_goes_on(acme: Organization, script: Script) -> None:
    script.answers["network"] = [Halt("QuotaExceeded", "None left.")]
    operation = begin(acme)
    work()
    assert seen(operation).state == OperationState.BLOCKED
    retry(operation, "network")
    again = row(operation, "network")
    assert (again.state, again.reason, again.message, again.fix) == ("pending", "", "", "")
    work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_failed_operation_is_taken_up_again(acme: Organization, script: Script) -> None:
    script.answers["network"] = [ValueError("a bug")]
    operation = begin(acme)
    work()
    assert seen(operation).finished_at
    retry(operation, "network")
    assert (seen(operation).state, seen(operation).finished_at) == ("running", None)
    work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_failed_operation_is_not_taken_up_beside_another(acme: Organization, script: Script) -> None:
    script.answers["network"] = [ValueError("a bug")]
    operation = begin(acme)
    work()
    begin(acme)
    with pytest.raises(operations.OperationGoingOn):
        retry(operation, "network")
    assert states(operation)["network"] == "failed"


def test_all_stuck_steps_are_retried_together(acme: Organization, script: Script) -> None:
    script.answers["a"] = script.answers["b"] = [Halt("QuotaExceeded", "None left.")]
    operation = begin(acme, step("a"), step("b"))
    work()
    script.answers.clear()
    scope = scope_in(acme)
    with scope.entered():
        retries.retry_all(scope=scope, operation=operation)
    work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_step_that_waits_for_nobody_is_not_retried(acme: Organization) -> None:
    operation = begin(acme)
    with pytest.raises(retries.StepNotStuck):
        retry(operation, "network")


def test_cancel_ends_what_has_not_started_at_once(acme: Organization) -> None:
    operation = begin(acme)
    cancel(operation)
    assert set(states(operation).values()) == {"cancelled"}
    assert seen(operation).state == OperationState.CANCELLED
    assert claim(most=9, now=now(), lease=timedelta(seconds=5)) == []


def test_what_runs_during_a_cancel_ends_at_its_next_write(acme: Organization) -> None:
    def cancelled_meanwhile(context: StepContext) -> Outcome:
        cancel(operation)
        return Done() if context.name == "done" else Wait(timedelta(hours=1))

    with handling("meanwhile", cancelled_meanwhile):
        operation = begin(acme, step("done", handler="meanwhile"), step("after", "done", handler="meanwhile"))
        work()
    assert states(operation) == {"done": "succeeded", "after": "cancelled"}
    assert seen(operation).state == OperationState.CANCELLED


def test_a_waiting_step_is_cancelled_without_another_call(acme: Organization, script: Script) -> None:
    script.answers["network"] = [Wait(timedelta(hours=1), "CREATING")]
    operation = begin(acme)
    work()
    cancel(operation)
    assert seen(operation).state == OperationState.CANCELLING
    work()
    assert seen(operation).state == OperationState.CANCELLED
    assert script.tried("network") == 1


def test_an_ended_operation_is_not_cancelled(acme: Organization, script: Script) -> None:
    operation = begin(acme)
    work()
    with pytest.raises(OperationEnded):
        cancel(operation)


def test_control_needs_the_permission(acme: Organization) -> None:
    operation = begin(acme)
    scope = scope_in(acme)
    weak = Scope(scope.org_id, scope.actor, frozenset())
    with weak.entered(), pytest.raises(Refused):
        operations.cancel(scope=weak, operation=operation)


def test_another_organization_cannot_reach_an_operation(acme: Organization) -> None:
    from tests.conftest import make_organization

    operation = begin(acme)
    scope = scope_in(make_organization("evil", "Evil"))
    with scope.entered(), pytest.raises(Operation.DoesNotExist):
        operations.cancel(scope=scope, operation=operation)


def test_ends_and_reopenings_are_told_to_those_who_asked(acme: Organization, script: Script) -> None:
    told: list[tuple[str, str]] = []
    lifecycle.on_end("odd")(lambda _scope, operation: told.append(("end", operation.state)))
    lifecycle.on_reopening("odd")(lambda _scope, operation: told.append(("reopening", operation.state)))
    script.answers["network"] = [ValueError("a bug")]
    operation = begin(acme, kind="odd")
    work()
    retry(operation, "network")
    work()
    assert told == [("end", "failed"), ("reopening", "running"), ("end", "succeeded")]


def test_acts_are_audited(acme: Organization) -> None:
    operation = begin(acme)
    cancel(operation)
    events = AuditEvent.objects.using("owner").filter(operation_id=operation.pk).order_by("id")
    names = [event.event for event in events]
    assert names == ["operation:started", "operation:cancel-requested", "operation:cancelled"]


def retry(operation: Operation, name: str) -> None:
    act(retries.retry, operation, name)


def cancel(operation: Operation) -> None:
    act(operations.cancel, operation)
