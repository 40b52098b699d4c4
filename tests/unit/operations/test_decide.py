"""Every state as a row of a table."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from console.operations.decide import after_cancel, operation_state, pause, written
from console.operations.outcomes import Ask, Done, Failed, Halt, Retry, Verdict, Wait, Who
from console.operations.patience import Lateness, Patience
from console.operations.states import STEP_ENDED, Cancelling, OperationState, StepState
from console.operations.steps import StepSpec, checked

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("verdict", "attempt", "state", "reason", "after", "next_attempt"),
    [
        (Done("there"), 1, StepState.SUCCEEDED, "", timedelta(0), 1),
        (Wait(5 * SECOND, "CREATING"), 1, StepState.WAITING, "", 5 * SECOND, 1),
        (Wait(5 * SECOND), 7, StepState.WAITING, "", 5 * SECOND, 1),
        (Retry("Throttled", SECOND), 1, StepState.WAITING, "Throttled", SECOND, 2),
        (Retry("Throttled", SECOND), 4, StepState.WAITING, "Throttled", 8 * SECOND, 5),
        (Retry("Throttled", SECOND, limit=4), 4, StepState.BLOCKED, "Throttled", timedelta(0), 4),
        (Halt("QuotaExceeded", "No more."), 1, StepState.BLOCKED, "QuotaExceeded", timedelta(0), 1),
        (Failed("UnexpectedError", "A bug."), 2, StepState.FAILED, "UnexpectedError", timedelta(0), 2),
    ],
)
def test_an_answer_becomes_columns(
    verdict: Verdict, attempt: int, state: StepState, reason: str, after: timedelta, next_attempt: int
) -> None:
    result = written(verdict, attempt=attempt, now=NOW, random=0.5)
    assert (result.state, result.reason, result.run_at - NOW) == (state, reason, after)
    assert result.attempt == next_attempt


def test_who_acts_is_said_when_a_person_must() -> None:
    retry = Retry("ResourceInUse", SECOND, "Held.", limit=1, who=Who.CUSTOMER, fix="aws ...")
    result = written(retry, attempt=1, now=NOW, random=0)
    assert (result.who, result.fix) == (Who.CUSTOMER, "aws ...")


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Done(), StepState.SUCCEEDED),
        (Wait(SECOND), StepState.CANCELLED),
        (Retry("Throttled", SECOND), StepState.CANCELLED),
        (Halt("QuotaExceeded", "No more."), StepState.CANCELLED),
        (Failed("UnexpectedError", "A bug."), StepState.FAILED),
    ],
)
def test_what_an_attempt_writes_while_its_operation_is_cancelled(verdict: Verdict, state: StepState) -> None:
    result = written(verdict, attempt=1, now=NOW, random=0)
    assert after_cancel(result, Cancelling.STOPPING).state == state


ROWS: list[tuple[dict[str, int], bool, int, OperationState]] = [
    ({"succeeded": 3}, False, 0, OperationState.SUCCEEDED),
    ({"succeeded": 2, "skipped": 1}, False, 0, OperationState.SUCCEEDED),
    ({"succeeded": 1, "pending": 2}, False, 1, OperationState.RUNNING),
    ({"running": 1, "pending": 2}, False, 0, OperationState.RUNNING),
    ({"waiting": 1, "pending": 2}, False, 0, OperationState.RUNNING),
    ({"blocked": 1, "running": 1}, False, 0, OperationState.BLOCKED),
    ({"blocked": 1, "pending": 4}, False, 0, OperationState.BLOCKED),
    ({"blocked": 1, "failed": 1}, False, 0, OperationState.BLOCKED),
    ({"awaiting_approval": 1, "pending": 1}, False, 0, OperationState.AWAITING_APPROVAL),
    ({"awaiting_approval": 1, "running": 1}, False, 0, OperationState.RUNNING),
    ({"failed": 1, "running": 1}, False, 0, OperationState.RUNNING),
    ({"failed": 1, "pending": 3}, False, 0, OperationState.FAILED),
    ({"failed": 1, "succeeded": 3}, False, 0, OperationState.FAILED),
    ({"running": 1, "cancelled": 3}, True, 0, OperationState.CANCELLING),
    ({"waiting": 1, "cancelled": 3}, True, 0, OperationState.CANCELLING),
    ({"succeeded": 1, "cancelled": 3}, True, 0, OperationState.CANCELLED),
    ({"failed": 1, "cancelled": 3}, True, 0, OperationState.CANCELLED),
    ({"succeeded": 4}, True, 0, OperationState.SUCCEEDED),
]


@pytest.mark.parametrize(("counts", "cancelling", "startable", "state"), ROWS)
def test_steps_roll_up_to_their_operation(
    counts: dict[str, int], cancelling: bool, startable: int, state: OperationState
) -> None:
    assert operation_state(counts, cancelling=cancelling, startable=startable) == state


@given(
    counts=some.dictionaries(some.sampled_from(StepState.values), some.integers(0, 3), min_size=1),
    cancelling=some.booleans(),
)
def test_an_operation_ends_exactly_when_nothing_can_go_on(counts: dict[str, int], cancelling: bool) -> None:
    state = operation_state(counts, cancelling=cancelling, startable=0)
    there = {name for name, many in counts.items() if many}
    if there and there <= STEP_ENDED:
        assert state in {OperationState.SUCCEEDED, OperationState.FAILED, OperationState.CANCELLED}
    if there & {"running", "waiting"}:
        assert state in {OperationState.RUNNING, OperationState.BLOCKED, OperationState.CANCELLING}


@given(attempt=some.integers(1, 500), random=some.floats(0, 1))
def test_pauses_grow_to_a_limit_and_stay_apart(attempt: int, random: float) -> None:
    found = pause(SECOND, attempt=attempt, random=random)
    assert 0.75 * SECOND <= found <= timedelta(seconds=25)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], "at least one step"),
        ([StepSpec("a", "A", "x"), StepSpec("a", "A", "x")], "share a name"),
        ([StepSpec("a", "A", "x", ("b",))], "not there: b"),
        ([StepSpec("a", "A", "x", ("b",)), StepSpec("b", "B", "x", ("a",))], "circle"),
    ],
)
def test_a_graph_that_cannot_be_run_is_no_operation(steps: list[StepSpec], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        checked(steps)


def test_what_the_cloud_has_begun_is_followed_where_what_runs_is_finished() -> None:
    finishing = Cancelling.FINISHING
    begun = written(Wait(SECOND, "CREATING"), attempt=1, now=NOW, random=0)
    refused = written(Retry("Throttled", SECOND), attempt=1, now=NOW, random=0)
    halted = written(Halt("QuotaExceeded", "No more."), attempt=1, now=NOW, random=0)
    assert after_cancel(begun, finishing) == begun
    assert after_cancel(refused, finishing).state == StepState.CANCELLED
    assert after_cancel(halted, finishing).state == StepState.CANCELLED


def test_a_question_waits_for_a_person_until_it_expires() -> None:
    result = written(Ask(timedelta(days=1), "Replace it?"), attempt=1, now=NOW, random=0)
    assert (result.state, result.reason, result.who) == (StepState.AWAITING_APPROVAL, "ApprovalNeeded", Who.YOU)
    assert result.run_at == NOW + timedelta(days=1)


PAUSED: list[tuple[dict[str, int], int, OperationState]] = [
    ({"running": 1, "pending": 2}, 0, OperationState.PAUSED),
    ({"waiting": 1}, 0, OperationState.PAUSED),
    ({"succeeded": 1, "pending": 2}, 1, OperationState.PAUSED),
    ({"blocked": 1, "pending": 2}, 0, OperationState.PAUSED),
    ({"awaiting_approval": 1}, 0, OperationState.PAUSED),
    ({"succeeded": 3}, 0, OperationState.SUCCEEDED),
    ({"failed": 1, "pending": 2}, 0, OperationState.FAILED),
]


@pytest.mark.parametrize(("counts", "startable", "state"), PAUSED)
def test_a_paused_operation_is_paused_until_nothing_of_it_could_go_on(
    counts: dict[str, int], startable: int, state: OperationState
) -> None:
    assert operation_state(counts, startable=startable, paused=True) == state
    if state == OperationState.PAUSED:
        cancelled = operation_state(counts, startable=startable, paused=True, cancelling=True)
        assert cancelled in {OperationState.CANCELLING, OperationState.CANCELLED}


QUICK = Patience(NOW, 4 * SECOND)
SLOW = Patience(NOW, timedelta(minutes=10))
LATENESS: list[tuple[Patience, timedelta, Lateness]] = [
    (QUICK, 4 * SECOND, Lateness.ON_TIME),
    (QUICK, 37 * SECOND, Lateness.ON_TIME),
    (QUICK, 38 * SECOND, Lateness.LATE),
    (QUICK, timedelta(minutes=59), Lateness.LATE),
    (QUICK, timedelta(hours=1), Lateness.GIVEN_UP),
    (SLOW, timedelta(minutes=20), Lateness.ON_TIME),
    (SLOW, timedelta(minutes=21), Lateness.LATE),
    (SLOW, timedelta(minutes=119), Lateness.LATE),
    (SLOW, timedelta(hours=2), Lateness.GIVEN_UP),
]


@pytest.mark.parametrize(("patience", "waited", "lateness"), LATENESS)
def test_a_step_is_late_by_what_it_took_in_earlier_runs(
    patience: Patience, waited: timedelta, lateness: Lateness
) -> None:
    assert patience.lateness(NOW + waited) is lateness


def test_a_late_step_says_so_and_goes_on_waiting() -> None:
    result = written(Wait(SECOND, "CREATING"), attempt=1, now=NOW + timedelta(minutes=2), random=0, patience=QUICK)
    assert (result.state, result.reason) == (StepState.WAITING, "LaterThanUsual")
    assert result.message == "CREATING It is later than usual: nine in ten earlier runs took 4 s at most."


def test_a_step_that_takes_far_too_long_halts_with_a_sentence() -> None:
    result = written(Wait(SECOND, "CREATING"), attempt=1, now=NOW + timedelta(hours=2), random=0, patience=SLOW)
    assert (result.state, result.reason, result.who) == (StepState.BLOCKED, "TookTooLong", Who.YOU)
    assert result.message == (
        "It has waited for 2 h; nine in ten earlier runs took 10 min at most. The last word was: CREATING"
    )


@pytest.mark.parametrize(
    ("wait", "patience"), [(Wait(SECOND, "CREATING"), None), (Wait(SECOND, "Re-wrapping", progress=40), QUICK)]
)
def test_without_earlier_runs_or_with_progress_nothing_is_late(wait: Wait, patience: Patience | None) -> None:
    result = written(wait, attempt=1, now=NOW + timedelta(days=9), random=0, patience=patience)
    assert (result.state, result.reason) == (StepState.WAITING, "")


def test_what_ends_late_ends_all_the_same() -> None:
    result = written(Done(), attempt=1, now=NOW + timedelta(days=9), random=0, patience=QUICK)
    assert result.state == StepState.SUCCEEDED
