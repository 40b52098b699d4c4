"""What pages work out from steps, without a database."""

from datetime import UTC, datetime, timedelta

from console.dashboard.readings.spans import critical_path, expected, spans_of
from console.dashboard.readings.step_log import log_lines
from console.dashboard.readings.stuck import alike, held_up
from console.operations.models import Step, StepEvent
from console.operations.states import StepState
from console.web.components.identifiers import brief

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def step(name: str, *needs: str, state: str = StepState.PENDING, **fields: object) -> Step:
    return Step(name=name, title=name.title(), needs=list(needs), state=state, **fields)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_a_block_holds_up_is_followed_to_the_end() -> None:
    steps = [
        step("a", state=StepState.BLOCKED),
        step("b", "a"),
        step("c", "b"),
        step("d"),
        step("e", "d", "c"),
    ]
    assert held_up(steps) == {"b", "c", "e"}


def test_blocks_are_alike_by_reason_and_call() -> None:
    blocked = {"state": StepState.BLOCKED, "reason": "AccessDenied"}
    steps = [
        step("a", **blocked, provider={"call": "ec2:RunInstances"}),
        step("b", **blocked, provider={"call": "ec2:RunInstances"}),
        step("c", **blocked, provider={"call": "iam:CreateRole"}),
        step("d", state=StepState.FAILED, reason="AccessDenied"),
    ]
    blocks = alike(steps)
    assert [[each.name for each in block.steps] for block in blocks] == [["a", "b"], ["c"], ["d"]]
    assert [block.button for block in blocks] == ["primary", "", ""]
    assert blocks[0].headline == "Blocked by A and 1 more: AccessDenied"


def test_what_is_to_come_follows_what_is_usual() -> None:
    steps = [
        step("a", state=StepState.SUCCEEDED, started_at=NOON, finished_at=after(10)),
        step("b", "a", state=StepState.RUNNING, started_at=after(10)),
        step("c", "b"),
    ]
    spans = expected(steps, {"a": 9, "b": 60, "c": 5}, after(30))
    assert spans == {"b": (after(10), after(70)), "c": (after(70), after(75))}


def test_a_step_that_takes_longer_than_usual_ends_now_at_the_earliest() -> None:
    steps = [step("b", state=StepState.RUNNING, started_at=NOON), step("c", "b")]
    assert expected(steps, {"b": 10}, after(300))["c"] == (after(300), after(300))


def test_without_earlier_runs_nothing_is_expected() -> None:
    assert expected([step("a")], {}, NOON) == {}


def test_log_lines_stand_in_columns_and_keep_long_names_apart() -> None:
    events = [
        StepEvent(step_name="a", at=NOON, state="succeeded", message="vpc-1 is there"),
        StepEvent(step_name="long", at=NOON, state="blocked", reason="QuotaExceeded", attempt=6),
        StepEvent(step_name="", at=NOON, state="running"),
    ]
    lines = log_lines(events, {"a": "VPC", "long": "Permissions of role limited-admin and more"})
    assert [line.text for line in lines] == [
        "VPC                     succeeded  vpc-1 is there",
        "Permissions of role l…  blocked    QuotaExceeded, attempt 6",
        "operation               running",
    ]
    assert [line.tone for line in lines] == ["ok", "w", ""]
    assert lines[0].clock == "12:00:00"


def test_arns_are_told_by_their_last_part() -> None:
    arn = "arn:aws:iam::111122223333:role/byoc/byoc-deployment"
    assert brief(f"User: {arn} may not.") == "User: byoc-deployment may not."
    assert brief("arn:aws:logs:eu-central-1:1:log-group:/byoc/x, is there") == "x, is there"
    assert brief("vpc-1 is available") == "vpc-1 is available"


def test_the_critical_path_is_walked_back_from_what_ends_last() -> None:
    steps = [step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"), step("e", "a")]
    usual = {"a": 1.0, "b": 5.0, "c": 9.0, "d": 1.0, "e": 2.0}
    path = critical_path(steps, spans_of(steps, usual, NOON))
    assert [each.name for each in path] == ["a", "c", "d"]


def test_where_nothing_takes_time_there_is_no_critical_path() -> None:
    steps = [step("a"), step("b", "a")]
    assert critical_path(steps, spans_of(steps, {}, NOON)) == []
    assert critical_path([], {}) == []
