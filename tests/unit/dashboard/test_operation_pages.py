"""The list of operations and the page of one, in every state."""

import cProfile
import pstats
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation, Step, StepEvent
from console.operations.states import OperationState, StepState
from console.operations.steps import StepSpec
from regions.models import Region
from tests import scenes
from tests.asking import asked
from tests.unit.dashboard.conftest import Get

pytestmark = pytest.mark.django_db


@pytest.fixture
def provision(alice_scope: Scope, frankfurt: Region) -> Operation:
    return scenes.operation(alice_scope, frankfurt)


def url_of(operation: Operation, name: str = "operation", **kwargs: object) -> str:
    return reverse(name, kwargs={"org": "acme", "operation_id": operation.id, **kwargs})


def test_the_list_says_what_ran_and_how_long(get: Get, alice_scope: Scope, provision: Operation) -> None:
    assert "Provision frankfurt" in get("operations")
    scenes.moved(alice_scope, provision, OperationState.SUCCEEDED)
    assert "2 min 00 s" in get("operations")


def test_the_list_can_be_narrowed_to_what_goes_on(get: Get, alice_scope: Scope, provision: Operation) -> None:
    assert "Provision frankfurt" in get("operations", "?show=going-on")
    scenes.moved(alice_scope, provision, OperationState.SUCCEEDED)
    text = get("operations", "?show=going-on")
    assert "Provision frankfurt" not in text
    assert "Nothing is going on." in text


def test_without_operations_the_list_says_when_there_will_be(get: Get) -> None:
    assert "The first one starts when a connection is verified" in get("operations")


def test_a_pending_operation_asks_again_every_two_seconds(get: Get, provision: Operation) -> None:
    text = get("operation", operation_id=provision.id)
    assert "0 of 3" in text
    assert 'hx-trigger="every 2s"' in text
    assert "needs Network" in text
    assert "Cancel…" in text


def test_a_running_operation_shows_what_works(get: Get, alice_scope: Scope, provision: Operation) -> None:
    scenes.moved(alice_scope, provision, OperationState.RUNNING)
    scenes.put(alice_scope, provision, "network")
    scenes.put(alice_scope, provision, "cluster", state=StepState.WAITING, message="CREATING", seconds=61)
    text = get("operation", operation_id=provision.id)
    assert "1 of 3 steps done, 1 waiting, 1 pending" in text
    assert "CREATING" in text
    assert "1 min 01 s" in text


def test_a_block_shows_the_clouds_words_who_acts_and_what_it_holds_up(
    get: Get, alice_scope: Scope, provision: Operation
) -> None:
    scenes.moved(alice_scope, provision, OperationState.BLOCKED)
    scenes.put(alice_scope, provision, "network", **scenes.REFUSAL)
    text = get("operation", operation_id=provision.id)
    assert "Blocked by Network: AccessDenied" in text
    assert "You are not authorized to perform this operation." in text
    assert "ec2:RevokeSecurityGroupEgress" in text
    assert "HTTP 403" in text
    assert "aws-req-1" in text
    assert "Who acts next: your cloud team" in text
    assert "2 steps, from EKS cluster on" in text
    assert "Nothing else runs." in text
    assert url_of(provision, "operation-retry", step_name="network") in text
    assert "/retry" in text.split("The same with the API")[1]


def test_alike_blocks_are_one_with_one_button(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.half_done(alice_scope, frankfurt)
    text = get("operation", operation_id=operation.id)
    assert text.count('class="block"') == 1
    assert "and 1 more: AccessDenied" in text
    assert "The same holds for Security group" in text
    assert url_of(operation, "operation-retry-all") in text
    assert text.count("btn--primary") == 1 + text.count('id="cancel-operation"') - 1


def test_different_blocks_are_apart_and_the_first_is_primary(
    get: Get, alice_scope: Scope, provision: Operation
) -> None:
    scenes.moved(alice_scope, provision, OperationState.BLOCKED)
    scenes.put(alice_scope, provision, "network", **scenes.REFUSAL)
    scenes.put(alice_scope, provision, "cluster", state=StepState.BLOCKED, reason="QuotaExceeded", who="you")
    live = get("operation", operation_id=provision.id).split('id="progress"')[1].split("<dialog")[0]
    assert live.count('class="block"') == 2
    assert live.count("btn--primary") == 1


def test_a_failed_step_is_told_as_such(get: Get, alice_scope: Scope, provision: Operation) -> None:
    scenes.moved(alice_scope, provision, OperationState.FAILED)
    scenes.put(alice_scope, provision, "network", state=StepState.FAILED, reason="UnexpectedError", who="vendor")
    text = get("operation", operation_id=provision.id)
    assert "Failed at Network: UnexpectedError" in text
    assert "the vendor&#x27;s support" in text
    assert "hx-trigger" not in text
    assert "Check again" in text


@pytest.mark.parametrize("state", [OperationState.SUCCEEDED, OperationState.CANCELLED])
def test_an_ended_operation_rests(get: Get, alice_scope: Scope, provision: Operation, state: str) -> None:
    step_state = StepState.SUCCEEDED if state == OperationState.SUCCEEDED else StepState.CANCELLED
    for name in ("network", "cluster", "attach"):
        scenes.put(alice_scope, provision, name, state=step_state)
    scenes.moved(alice_scope, provision, state)
    text = get("operation", operation_id=provision.id)
    assert "hx-trigger" not in text
    assert "Cancel…" not in text
    assert "Check again" not in text


def test_alike_steps_share_a_row_and_can_be_shown_each(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.half_done(alice_scope, frankfurt)
    grouped = get("operation", operation_id=operation.id)
    each = get("operation", "?steps=all", operation_id=operation.id)
    assert "9 of 9" in grouped
    assert grouped.count('<tr id="step-') < 50
    assert each.count('<tr id="step-') == len(scenes.whole_graph())
    assert "?steps=all" in each.split('id="progress"')[1].split(">")[0]


def test_long_arns_are_short_in_rows_and_whole_on_hover(
    get: Get, alice_scope: Scope, provision: Operation
) -> None:
    arn = "arn:aws:iam::111122223333:policy/byoc/byoc-01a21050-node-limited-admin"
    scenes.put(alice_scope, provision, "network", message=f"{arn} is available")
    text = get("operation", operation_id=provision.id)
    assert f'title="{arn} is available">byoc-01a21050-node-limited-admin is available<' in text


def test_steps_that_do_not_wait_for_one_another_need_no_picture(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    steps = [StepSpec(f"look-{number}", f"Look {number}", "scripted") for number in range(9)]
    last = StepSpec("judge", "Judge", "scripted", tuple(step.name for step in steps))
    flat = scenes.operation(alice_scope, frankfurt, steps=[*steps, last])
    assert 'id="graph"' not in get("operation", operation_id=flat.id)
    deep = scenes.operation(alice_scope, scenes.region(alice_scope, "deep"))
    assert 'id="graph"' in get("operation", operation_id=deep.id)


def test_the_picture_names_things_and_not_what_is_done_to_them(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    steps = (
        StepSpec("a", "Delete node group", "scripted"),
        StepSpec("b", "Delete EKS cluster", "scripted", ("a",)),
        StepSpec("c", "Nothing is left", "scripted", ("b",)),
    )
    leaving = scenes.operation(alice_scope, frankfurt, kind="deprovision", steps=steps)
    text = get("operation", operation_id=leaving.id)
    assert "<title>Node group: Pending</title>" in text
    assert "<title>EKS cluster: Pending</title>" in text


def test_a_narrow_screen_leaves_out_what_is_done_unless_all_is(
    get: Get, alice_scope: Scope, provision: Operation
) -> None:
    scenes.put(alice_scope, provision, "network")
    assert "Show the 1 succeeded row too" in get("operation", operation_id=provision.id)
    for name in ("cluster", "attach"):
        scenes.put(alice_scope, provision, name)
    assert "show-done" not in get("operation", operation_id=provision.id)


def test_the_usual_comes_from_earlier_runs_alone(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    for seconds in (40, 60, 500):
        earlier = scenes.operation(alice_scope, frankfurt)
        scenes.put(alice_scope, earlier, "cluster", seconds=seconds)
        scenes.moved(alice_scope, earlier, OperationState.SUCCEEDED)
    other = scenes.operation(alice_scope, frankfurt, kind="deprovision")
    scenes.put(alice_scope, other, "cluster", seconds=4000)
    scenes.moved(alice_scope, other, OperationState.SUCCEEDED)
    running = scenes.operation(alice_scope, frankfurt)
    scenes.put(alice_scope, running, "network", seconds=3)
    text = get("operation", operation_id=running.id)
    assert "usual 1 min 00 s" in text
    assert "usual 2 min 00 s" in text
    assert 'class="ghost"' in text


def test_the_first_run_has_no_usual(get: Get, alice_scope: Scope, provision: Operation) -> None:
    scenes.put(alice_scope, provision, "network")
    assert "usual" not in get("operation", operation_id=provision.id)


def test_the_log_stands_in_columns(get: Get, alice_scope: Scope, provision: Operation) -> None:
    with alice_scope.entered():
        for name, state in (("network", "succeeded"), ("cluster", "waiting")):
            StepEvent.objects.create(
                org_id=alice_scope.org_id, operation=provision, step_name=name, state=state, message="said"
            )
    text = get("operation", operation_id=provision.id)
    assert "EKS cluster  waiting    said" in text
    assert '<span class="ok">Network      succeeded  said</span>' in text


def test_what_steps_say_is_escaped(get: Get, alice_scope: Scope, provision: Operation) -> None:
    scenes.moved(alice_scope, provision, OperationState.BLOCKED)
    evil = "<script>alert(1)</script>"
    provider = {**scenes.REFUSAL["provider"], "message": evil}
    scenes.put(alice_scope, provision, "network", **{**scenes.REFUSAL, "message": evil, "provider": provider})
    assert evil not in get("operation", operation_id=provision.id)


def test_htmx_gets_the_live_part_alone(alices: Client, provision: Operation) -> None:
    text = alices.get(url_of(provision), headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<div id="progress"')
    assert "<html" not in text


def test_the_steps_target_is_linked(get: Get, provision: Operation, frankfurt: Region) -> None:
    assert reverse("region", kwargs={"org": "acme", "region_id": frankfurt.id}) in get(
        "operation", operation_id=provision.id
    )


def test_a_step_is_tried_again(alices: Client, alice_scope: Scope, provision: Operation) -> None:
    scenes.moved(alice_scope, provision, OperationState.BLOCKED)
    scenes.put(alice_scope, provision, "network", **scenes.REFUSAL)
    response = alices.post(url_of(provision, "operation-retry", step_name="network"))
    assert (response.status_code, response["Location"]) == (303, url_of(provision))
    with alice_scope.entered():
        assert Step.objects.get(operation_id=provision.id, name="network").state == StepState.PENDING


def test_every_stuck_step_is_tried_again(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.half_done(alice_scope, frankfurt)
    assert alices.post(url_of(operation, "operation-retry-all")).status_code == 303
    with alice_scope.entered():
        assert not Step.objects.filter(operation_id=operation.id, state=StepState.BLOCKED).exists()


def test_an_operation_is_cancelled(alices: Client, alice_scope: Scope, provision: Operation) -> None:
    assert alices.post(url_of(provision, "operation-cancel")).status_code == 303
    with alice_scope.entered():
        assert Operation.objects.get(id=provision.id).state == OperationState.CANCELLED
        assert AuditEvent.objects.filter(event="operation:cancel-requested").exists()


def test_what_does_not_wait_cannot_be_tried_again(alices: Client, provision: Operation) -> None:
    response = alices.post(url_of(provision, "operation-retry", step_name="network"))
    assert response.status_code == 409
    assert "neither blocked nor failed" in response.content.decode()


ACTS = [
    ("operation-retry", {"step_name": "network"}),
    ("operation-retry-from", {"step_name": "network"}),
    ("operation-skip", {"step_name": "network"}),
    ("operation-approve", {"step_name": "network"}),
    ("operation-deny", {"step_name": "network"}),
    ("operation-retry-all", {}),
    ("operation-pause", {}),
    ("operation-resume", {}),
    ("operation-cancel", {}),
]


@pytest.mark.parametrize(("name", "kwargs"), ACTS)
def test_an_auditor_sees_and_does_nothing(
    bob: User, client_of: Callable[[User], Client], provision: Operation, name: str, kwargs: dict[str, str]
) -> None:
    client = client_of(bob)
    text = client.get(url_of(provision)).content.decode()
    assert "Cancel" not in text
    assert client.post(url_of(provision, name, **kwargs)).status_code == 403


@pytest.mark.parametrize(("name", "kwargs"), [("operation", {}), *ACTS])
def test_a_stranger_finds_nothing(
    mallory: User, client_of: Callable[[User], Client], provision: Operation, name: str, kwargs: dict[str, str]
) -> None:
    client, url = client_of(mallory), url_of(provision, name, **kwargs)
    assert client.get(url_of(provision)).status_code == 404
    assert client.post(url).status_code in {404, 405}
    own = url.replace("/o/acme/", "/o/evil/")
    assert (client.get(own) if name == "operation" else client.post(own)).status_code == 404


def test_the_list_asks_as_much_for_thirty_as_for_one(
    alices: Client, alice_scope: Scope, frankfurt: Region
) -> None:
    url = reverse("operations", kwargs={"org": "acme"})
    scenes.operation(alice_scope, frankfurt, state=OperationState.SUCCEEDED)
    few = asked(alices, url)
    for _ in range(29):
        scenes.operation(alice_scope, frankfurt, state=OperationState.SUCCEEDED)
    assert asked(alices, url) == few == 1


def test_the_page_asks_as_much_for_a_hundred_steps_as_for_three(
    alices: Client, alice_scope: Scope, frankfurt: Region
) -> None:
    scenes.operation(alice_scope, frankfurt, state=OperationState.SUCCEEDED)
    small = scenes.operation(alice_scope, scenes.region(alice_scope, "small"))
    whole = scenes.half_done(alice_scope, scenes.region(alice_scope, "whole"))
    assert asked(alices, url_of(small)) == asked(alices, url_of(whole)) == 5


def test_the_work_of_a_page_grows_no_faster_than_its_steps(
    alices: Client, alice_scope: Scope, frankfurt: Region
) -> None:
    """Counted in calls, since a busy machine's clock tells nothing: watched pages ask every two seconds."""
    whole = scenes.half_done(alice_scope, frankfurt)
    alices.get(url_of(whole), headers={"HX-Request": "true"})
    assert calls(alices, url_of(whole)) < 100_000


def calls(client: Client, url: str) -> int:
    profile = cProfile.Profile()
    with profile:
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_the_axis_begins_where_the_operation_did(alice_scope: Scope, get: Get, provision: Operation) -> None:
    with alice_scope.entered():
        provision.started_at = (now() - timedelta(hours=1)).replace(minute=7, second=0)
        provision.save()
    assert f"{provision.started_at:%H:07}" in get("operation", operation_id=provision.id)
