"""Pausing, resuming, running a part again, skipping, and two ways of cancelling."""

from datetime import timedelta

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations import lifecycle
from console.operations.actions import decisions, operations, retries
from console.operations.engine.claim import claim
from console.operations.models import Operation, StepEvent
from console.operations.outcomes import Done, Halt, Outcome, Retry, Wait
from console.operations.states import Cancelling, OperationState, StepState
from console.operations.steps import StepContext
from console.operations.transitions import OperationEnded
from tests.unit.operations.graphs import Script, act, begin, handling, row, scope_in, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LEASE = timedelta(seconds=5)
HOUR = timedelta(hours=1)
DIAMOND = (step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"))


def told(operation: Operation, name: str = "") -> list[tuple[str, str]]:
    lines = StepEvent.objects.using("owner").filter(operation_id=operation.pk, step_name=name).order_by("id")
    return [(line.state, line.message) for line in lines]


def test_a_paused_operation_takes_up_no_step_until_it_is_resumed(acme: Organization, script: Script) -> None:
    operation = begin(acme)
    act(operations.pause, operation)
    assert seen(operation).state == OperationState.PAUSED
    assert not work()
    assert script.calls == []
    act(operations.resume, operation)
    work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_what_runs_while_it_is_paused_writes_its_answer_and_nothing_follows(acme: Organization) -> None:
    def paused_meanwhile(context: StepContext) -> Outcome:
        if context.name == "a":
            act(operations.pause, operation)
        return Done()

    with handling("scripted", paused_meanwhile):
        operation = begin(acme, step("a"), step("b", "a"))
        work()
        assert states(operation) == {"a": "succeeded", "b": "pending"}
        assert seen(operation).state == OperationState.PAUSED
        act(operations.resume, operation)
        work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_the_last_answer_ends_a_paused_operation(acme: Organization) -> None:
    def paused_meanwhile(_context: StepContext) -> Outcome:
        act(operations.pause, operation)
        return Done()

    with handling("scripted", paused_meanwhile):
        operation = begin(acme, step("only"))
        work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_pause_counts_for_no_lateness(acme: Organization, script: Script) -> None:
    script.answers["network"] = [Wait(HOUR, "CREATING")]
    operation = begin(acme)
    work()
    act(operations.pause, operation)
    Operation.objects.using("owner").filter(pk=operation.pk).update(paused_at=now() - 5 * HOUR)
    before = row(operation, "network").patience_from
    act(operations.resume, operation)
    after = row(operation, "network").patience_from
    assert before
    assert after
    assert timedelta(hours=4.9) < after - before < timedelta(hours=5.1)


def test_only_what_goes_on_is_paused_and_only_what_is_paused_is_resumed(acme: Organization) -> None:
    operation = begin(acme)
    with pytest.raises(operations.NotPaused):
        act(operations.resume, operation)
    act(operations.pause, operation)
    with pytest.raises(operations.AlreadyPaused):
        act(operations.pause, operation)
    act(operations.cancel, operation)
    with pytest.raises(OperationEnded):
        act(operations.pause, operation)


def test_a_step_is_tried_again_in_a_paused_operation_when_that_goes_on(acme: Organization, script: Script) -> None:
    script.answers["network"] = [Halt("QuotaExceeded", "None left.")]
    operation = begin(acme)
    work()
    act(operations.pause, operation)
    act(retries.retry, operation, "network")
    assert seen(operation).state == OperationState.PAUSED
    work()
    assert script.tried("network") == 1
    act(operations.resume, operation)
    work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_from_a_step_on_everything_behind_it_runs_again_and_nothing_else(
    acme: Organization, script: Script
) -> None:
    script.answers["d"] = [ValueError("a bug")]
    operation = begin(acme, *DIAMOND)
    work()
    act(retries.retry_from, operation, "b")
    assert states(operation) == {"a": "succeeded", "b": "pending", "c": "succeeded", "d": "pending"}
    assert row(operation, "d").open_needs == 1
    work()
    assert seen(operation).state == OperationState.SUCCEEDED
    assert {name: script.tried(name) for name in "abcd"} == {"a": 1, "b": 2, "c": 1, "d": 2}


def test_nothing_runs_twice_at_once_because_somebody_wants_it_again(acme: Organization, script: Script) -> None:
    operation = begin(acme, *DIAMOND)
    assert len(claim(most=1, now=now(), lease=LEASE)) == 1
    with pytest.raises(retries.StepAtWork):
        act(retries.retry_from, operation, "a")
    assert states(operation)["a"] == StepState.RUNNING
    with pytest.raises(retries.StepNotBegun):
        act(retries.retry_from, operation, "b")


def test_what_has_succeeded_or_was_cancelled_is_started_anew_instead(acme: Organization, script: Script) -> None:
    operation = begin(acme)
    work()
    with pytest.raises(OperationEnded, match="has succeeded"):
        act(retries.retry_from, operation, "network")
    other = begin(acme)
    act(operations.cancel, other)
    with pytest.raises(OperationEnded, match="was cancelled"):
        act(retries.retry_from, other, "network")


def test_a_skipped_step_lets_its_successors_go_on(acme: Organization, script: Script) -> None:
    script.answers["look"] = [Halt("SmokeTestFailed", "No answer.")]
    operation = begin(acme, step("look", skippable=True), step("after", "look"))
    work()
    act(decisions.skip, operation, "look", reason="The name server is slow today.")
    assert states(operation) == {"look": "skipped", "after": "pending"}
    work()
    assert seen(operation).state == OperationState.SUCCEEDED
    assert ("skipped", "Skipped by Alice: The name server is slow today.") in told(operation, "look")


def test_skipping_the_last_step_ends_the_operation(acme: Organization, script: Script) -> None:
    ended: list[str] = []
    lifecycle.on_end("odd")(lambda _scope, operation: ended.append(operation.state))
    script.answers["look"] = [Halt("SmokeTestFailed", "No answer.")]
    operation = begin(acme, step("look", skippable=True), kind="odd")
    work()
    act(decisions.skip, operation, "look", reason="Not needed.")
    assert seen(operation).state == OperationState.SUCCEEDED
    assert ended == ["succeeded"]


def test_a_step_is_skipped_with_a_reason_and_where_the_plan_allows_it(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("look", skippable=True), step("network"))
    with pytest.raises(decisions.ReasonMissing):
        act(decisions.skip, operation, "look", reason="  ")
    with pytest.raises(decisions.StepNotSkippable):
        act(decisions.skip, operation, "network", reason="Not needed.")
    assert set(states(operation).values()) == {"pending"}


def test_a_step_that_runs_is_not_skipped(acme: Organization) -> None:
    operation = begin(acme, step("look", skippable=True))
    claim(most=1, now=now(), lease=LEASE)
    with pytest.raises(decisions.StepNotSkippable):
        act(decisions.skip, operation, "look", reason="Not needed.")


def test_a_kind_may_follow_what_the_cloud_has_begun_to_its_end(acme: Organization, script: Script) -> None:
    lifecycle.when_cancelled("careful", Cancelling.FINISHING, "What has begun is finished.")
    script.answers["creating"] = [Wait(timedelta(0), "CREATING"), Wait(timedelta(0), "CREATING")]
    script.answers["refused"] = [Retry("Throttled", HOUR, "Too many calls.")]

    def cancelled_meanwhile(context: StepContext) -> Outcome:
        if script.tried("creating") and not seen(operation).cancelling:
            act(operations.cancel, operation)
        return script(context)

    with handling("scripted", cancelled_meanwhile):
        operation = begin(acme, step("refused"), step("creating"), step("after", "creating"), kind="careful")
        work()
    assert states(operation)["creating"] == "succeeded"
    assert states(operation)["after"] == "cancelled"
    assert states(operation)["refused"] == "cancelled"
    assert seen(operation).state == OperationState.CANCELLED


def test_cancelling_a_second_time_waits_for_nothing(acme: Organization, script: Script) -> None:
    lifecycle.when_cancelled("careful", Cancelling.FINISHING, "What has begun is finished.")
    script.answers["creating"] = [Wait(HOUR, "CREATING")]
    operation = begin(acme, step("creating"), kind="careful")
    work()
    act(operations.cancel, operation)
    work()
    assert (seen(operation).state, states(operation)) == ("cancelling", {"creating": "waiting"})
    act(operations.cancel, operation)
    work()
    assert (seen(operation).state, states(operation)) == ("cancelled", {"creating": "cancelled"})


def test_a_paused_operation_can_be_cancelled(acme: Organization, script: Script) -> None:
    script.answers["network"] = [Wait(HOUR, "CREATING")]
    operation = begin(acme)
    work()
    act(operations.pause, operation)
    act(operations.cancel, operation)
    work()
    assert set(states(operation).values()) == {"cancelled"}
    assert seen(operation).state == OperationState.CANCELLED


def test_history_tells_every_state_of_the_operation(acme: Organization, script: Script) -> None:
    script.answers["cluster"] = [Halt("QuotaExceeded", "None left.")]
    operation = begin(acme)
    work()
    act(operations.pause, operation)
    act(operations.resume, operation)
    act(retries.retry, operation, "cluster")
    work()
    assert told(operation) == [
        ("pending", "Requested by Alice."),
        ("running", ""),
        ("blocked", "None left."),
        ("paused", "Paused by Alice."),
        ("blocked", "Resumed by Alice."),
        ("running", "Tried again by Alice."),
        ("succeeded", ""),
    ]


def test_each_control_needs_the_permission_and_leaves_an_event(acme: Organization, script: Script) -> None:
    script.answers["look"] = [Halt("SmokeTestFailed", "No answer."), Halt("SmokeTestFailed", "No answer.")]
    operation = begin(acme, step("look", skippable=True), step("after", "look"))
    work()
    scope = scope_in(acme)
    weak = Scope(scope.org_id, scope.actor, frozenset())
    with weak.entered():
        for attempt in (operations.pause, operations.resume):
            with pytest.raises(Refused):
                attempt(scope=weak, operation=operation)
        with pytest.raises(Refused):
            retries.retry_from(scope=weak, step=row(operation, "look"))
        with pytest.raises(Refused):
            decisions.skip(scope=weak, step=row(operation, "look"), reason="Not needed.")
    act(operations.pause, operation)
    act(operations.resume, operation)
    act(retries.retry_from, operation, "look")
    act(decisions.skip, operation, "look", reason="Not needed.")
    events = AuditEvent.objects.using("owner").filter(operation_id=operation.pk).order_by("id")
    assert [event.event for event in events][1:] == [
        "operation:paused", "operation:resumed", "operation:retried-from", "operation:step-skipped",
    ]  # fmt: skip
