from datetime import timedelta

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.kernel.queue import Job
from console.operations.models import StepEvent
from console.operations.outcomes import Done, Halt, ProviderError, Retry, Wait, Who
from console.operations.states import OperationState, StepState
from tests.unit.operations import graphs
from tests.unit.operations.graphs import Script, begin, row, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_three_steps_run_in_their_order_and_the_operation_succeeds(
    acme: Organization, script: Script, sent: list[Job]
) -> None:
    operation = begin(acme)
    assert sent == [Job.WAKE_ENGINE]

    assert not work()

    assert [call.name for call in script.calls] == ["network", "cluster", "attach"]
    assert set(states(operation).values()) == {StepState.SUCCEEDED}
    ended = seen(operation)
    assert ended.state == OperationState.SUCCEEDED
    assert ended.started_at
    assert ended.finished_at
    assert ended.announced_at


def test_handlers_act_as_the_console_on_behalf_of_who_asked(acme: Organization, script: Script) -> None:
    begin(acme)
    work()
    context = script.calls[0]
    assert context.scope.org_id == acme.id
    assert context.scope.actor.label == "BYOC Console, for Alice"
    assert context.request_id == "req-graph-1"


def test_steps_without_needs_between_them_run_at_the_same_time(acme: Organization) -> None:
    import threading

    together = threading.Barrier(3, timeout=5)

    def meet(_context: object) -> Done:
        together.wait()
        return Done()

    with graphs.handling("meet", meet):
        operation = begin(acme, *(step(name, handler="meet") for name in "abc"))
        work()
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_wait_is_asked_again_when_it_is_due_and_not_much_later(acme: Organization, script: Script) -> None:
    script.answers["cluster"] = [Wait(timedelta(seconds=0.4), "CREATING", progress=40)]
    operation = begin(acme)
    work()
    first, second = (call for call in script.calls if call.name == "cluster")
    assert timedelta(seconds=0.4) <= second.now - first.now < timedelta(seconds=0.65)
    assert row(operation, "cluster").attempt == 1


def test_a_retry_comes_back_later_and_counts(acme: Organization, script: Script) -> None:
    throttled = Retry("Throttled", timedelta(milliseconds=10), "Rate exceeded.", limit=3)
    script.answers["network"] = [throttled, throttled]
    operation = begin(acme)
    work()
    assert [call.attempt for call in script.calls if call.name == "network"] == [1, 2, 3]
    assert states(operation)["network"] == StepState.SUCCEEDED


def test_a_retry_beyond_its_limit_blocks_with_the_clouds_own_words(acme: Organization, script: Script) -> None:
    words = ProviderError("RequestLimitExceeded", "Request limit exceeded.", 503, "r-1", "ec2:CreateVpc")
    throttled = Retry("Throttled", timedelta(0), "Too many calls.", provider=words, limit=2)
    script.answers["network"] = [throttled, throttled]
    operation = begin(acme)
    work()
    blocked = row(operation, "network")
    assert (blocked.state, blocked.reason, blocked.who) == (StepState.BLOCKED, "Throttled", Who.VENDOR)
    assert blocked.message == "Too many calls. It was tried 2 times in a row."
    assert blocked.provider
    assert blocked.provider["code"] == "RequestLimitExceeded"


def test_a_halt_blocks_the_operation_while_other_branches_go_on(acme: Organization, script: Script) -> None:
    script.answers["left"] = [Halt("QuotaExceeded", "No address is left.", who=Who.CUSTOMER, fix="aws ...")]
    operation = begin(acme, step("left"), step("right"), step("after", "right"), step("both", "left", "after"))
    work()
    assert states(operation) == {
        "left": "blocked", "right": "succeeded", "after": "succeeded", "both": "pending",
    }  # fmt: skip
    stuck = seen(operation)
    assert (stuck.state, stuck.reason, stuck.message) == ("blocked", "QuotaExceeded", "No address is left.")
    assert stuck.finished_at is None


def test_an_unforeseen_exception_fails_the_step_and_stays_off_the_page(
    acme: Organization, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    script.answers["network"] = [KeyError("a detail nobody should see")]
    operation = begin(acme)
    work()
    failed = row(operation, "network")
    assert (failed.state, failed.reason) == (StepState.FAILED, "UnexpectedError")
    assert "detail" not in failed.message
    assert "req-graph-1" in failed.message
    assert "a detail nobody should see" in caplog.text
    assert seen(operation).state == OperationState.FAILED


def test_a_step_of_another_version_is_halted_with_a_sentence(acme: Organization) -> None:
    operation = begin(acme, step("old", handler="gone.away"))
    work()
    halted = row(operation, "old")
    assert (halted.state, halted.reason) == (StepState.BLOCKED, "HandlerUnknown")


def test_history_tells_each_change_once(acme: Organization, script: Script) -> None:
    creating = Wait(timedelta(milliseconds=5), "CREATING")
    script.answers["network"] = [creating, creating, creating]
    operation = begin(acme)
    work()
    lines = StepEvent.objects.using("owner").filter(operation_id=operation.pk, step_name="network")
    told = [(line.state, line.message) for line in lines.order_by("id")]
    assert told == [("running", ""), ("waiting", "CREATING"), ("succeeded", "network is there")]


def test_the_end_is_audited_in_the_engines_own_transaction(acme: Organization, script: Script) -> None:
    operation = begin(acme)
    work()
    events = AuditEvent.objects.using("owner").filter(operation_id=operation.pk).order_by("id")
    assert [event.event for event in events] == ["operation:started", "operation:succeeded"]
    assert events[1].actor_label == "BYOC Console, for Alice"
