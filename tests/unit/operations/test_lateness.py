"""Steps judged by what they took in earlier runs of the same kind of operation."""

from datetime import timedelta

import pytest

from accounts.models import Organization
from console.kernel.clock import now
from console.operations.actions import retries
from console.operations.models import Operation, Step
from console.operations.models.steps import ENOUGH_RUNS
from console.operations.outcomes import Wait
from console.operations.states import StepState
from tests.unit.operations.graphs import Script, act, begin, row, seen, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
HOUR = timedelta(hours=1)


def ran(organization: Organization, *seconds: int, kind: str = "graph") -> None:
    """Earlier operations that went well, whose one step took so long."""
    for each in seconds:
        operation = begin(organization, step("network"), kind=kind)
        work()
        steps = Step.objects.using("owner").filter(operation=operation)
        ended = steps.get().finished_at
        assert ended
        steps.update(started_at=ended - timedelta(seconds=each))


def late(operation: Operation, by: timedelta) -> None:
    """The step has been at it for so long, and is asked now."""
    steps = Step.objects.using("owner").filter(operation=operation)
    steps.update(patience_from=now() - by, run_at=now())


def test_nine_in_ten_earlier_runs_say_what_is_usual(acme: Organization, script: Script) -> None:
    ran(acme, *range(1, 12))
    assert row(begin(acme, step("network")), "network").usual_seconds == pytest.approx(10)


def test_too_few_runs_say_nothing_nor_do_those_of_another_kind(acme: Organization, script: Script) -> None:
    ran(acme, *[5] * (ENOUGH_RUNS - 1))
    ran(acme, *[5] * ENOUGH_RUNS, kind="other")
    assert row(begin(acme, step("network")), "network").usual_seconds is None


def test_a_step_far_beyond_the_usual_is_said_to_be_late_then_halts_and_may_be_tried_again(
    acme: Organization, script: Script
) -> None:
    ran(acme, 5, 5, 5)
    script.answers["network"] = [Wait(HOUR, "CREATING"), Wait(HOUR, "CREATING"), Wait(HOUR, "CREATING")]
    operation = begin(acme, step("network"))
    work()
    assert row(operation, "network").reason == ""
    late(operation, timedelta(minutes=5))
    work()
    assert row(operation, "network").reason == "LaterThanUsual"
    late(operation, 2 * HOUR)
    work()
    assert (row(operation, "network").state, row(operation, "network").reason) == (
        StepState.BLOCKED,
        "TookTooLong",
    )
    assert "nine in ten earlier runs took 5 s at most" in seen(operation).message
    act(retries.retry, operation, "network")
    work()
    assert seen(operation).state == "succeeded"
