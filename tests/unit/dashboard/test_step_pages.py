"""The page of a step, the controls of an operation, and what they lead to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation, Step, StepEvent
from console.operations.states import Cancelling, OperationState, StepState
from console.operations.steps import Approval, StepSpec
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


def asking(scope: Scope, target: Region, permission: Permission = Permission.OPERATION_APPROVE) -> Operation:
    network, *rest = scenes.three()
    approval = Approval("Replace the network; what runs in it stops.", permission=permission)
    made = scenes.operation(scope, target, steps=(replace(network, approval=approval), *rest))
    scenes.put(
        scope, made, "network", state=StepState.AWAITING_APPROVAL, message=approval.question, who="you",
        reason="ApprovalNeeded", run_at=now() + timedelta(days=7),
    )  # fmt: skip
    return scenes.moved(scope, made, OperationState.AWAITING_APPROVAL)


def skippable(scope: Scope, target: Region) -> Operation:
    network, *rest = scenes.three()
    return scenes.operation(scope, target, steps=(replace(network, skippable=True), *rest))


def step_of(scope: Scope, operation: Operation, name: str = "network") -> Step:
    with scope.entered():
        return Step.objects.get(operation_id=operation.id, name=name)


def test_a_step_shows_its_history_and_what_waits_for_it(
    get: Get, alice_scope: Scope, provision: Operation
) -> None:
    scenes.put(alice_scope, provision, "network", **scenes.REFUSAL)
    with alice_scope.entered():
        for state, said in (("running", ""), ("waiting", "Try 2 of 12"), ("blocked", "Refused for good")):
            StepEvent.objects.create(
                org_id=alice_scope.org_id, operation=provision, step_name="network", state=state, message=said
            )
    text = get("operation-step", operation_id=provision.id, step_name="network")
    assert text.index("Refused for good") < text.index("Try 2 of 12"), "the newest first"
    assert "Blocked by Network: AccessDenied" in text
    assert "HTTP 403" in text
    assert url_of(provision, "operation-step", step_name="attach") in text
    assert "2 steps" in text


def test_the_row_of_a_step_leads_to_its_page(get: Get, provision: Operation) -> None:
    text = get("operation", operation_id=provision.id)
    assert f'href="{url_of(provision, "operation-step", step_name="cluster")}"' in text


def test_a_late_step_is_said_to_be_late(get: Get, alice_scope: Scope, provision: Operation) -> None:
    late = "CREATING It is later than usual: nine in ten earlier runs took 45 s at most."
    scenes.put(
        alice_scope, provision, "network", state=StepState.WAITING, reason="LaterThanUsual", message=late,
        usual_seconds=45,
    )  # fmt: skip
    assert "LaterThanUsual" in get("operation", operation_id=provision.id)
    text = get("operation-step", operation_id=provision.id, step_name="network")
    assert "It is later than usual." in text
    assert "45 s at most, nine times in ten" in text


def test_an_approval_is_asked_on_both_pages_with_its_end(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    operation = asking(alice_scope, frankfurt)
    text = get("operation", operation_id=operation.id)
    assert "Waits for approval: Network" in text
    assert "Replace the network; what runs in it stops." in text
    assert "Expires" in text
    assert "Review and decide" in text
    step = get("operation-step", operation_id=operation.id, step_name="network")
    assert "Approve…" in step
    assert "Deny…" in step
    assert "/steps/network/approve" in step


def test_whoever_lacks_the_steps_permission_is_told_which_it_is(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    operation = asking(alice_scope, frankfurt, Permission.PLAN_SIGN_AS_ARCHITECT)
    text = get("operation-step", operation_id=operation.id, step_name="network")
    assert "Approve…" not in text
    assert "plan:sign-as-architect" in text


def test_a_step_is_approved_with_a_note(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = asking(alice_scope, frankfurt)
    response = alices.post(url_of(operation, "operation-approve", step_name="network"), {"note": "Backed up."})
    assert (response.status_code, response["Location"]) == (
        303, url_of(operation, "operation-step", step_name="network"),
    )  # fmt: skip
    step = step_of(alice_scope, operation)
    assert step.decision
    assert (step.state, step.decision["note"]) == (StepState.PENDING, "Backed up.")
    assert "Approved by Alice: Backed up." in alices.get(response["Location"]).content.decode()


def test_a_step_is_denied(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = asking(alice_scope, frankfurt)
    alices.post(url_of(operation, "operation-deny", step_name="network"), {"note": "Not today."})
    assert step_of(alice_scope, operation).message == "Denied by Alice: Not today."


def test_too_long_a_note_is_shown_with_the_form(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = asking(alice_scope, frankfurt)
    response = alices.post(url_of(operation, "operation-approve", step_name="network"), {"note": "x" * 501})
    assert response.status_code == 422
    assert "500 characters at most" in response.content.decode()
    assert step_of(alice_scope, operation).state == StepState.AWAITING_APPROVAL


def test_a_step_is_skipped_with_its_reason(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = skippable(alice_scope, frankfurt)
    url = url_of(operation, "operation-skip", step_name="network")
    missing = alices.post(url, {"reason": ""})
    assert missing.status_code == 422
    assert "Say why the step is skipped" in missing.content.decode()
    assert alices.post(url, {"reason": "Known to be there."}).status_code == 303
    assert step_of(alice_scope, operation).state == StepState.SKIPPED


def test_only_what_the_plan_lets_go_offers_to_be_skipped(
    get: Get, alice_scope: Scope, provision: Operation, frankfurt: Region
) -> None:
    assert "Skip…" not in get("operation-step", operation_id=provision.id, step_name="network")
    other = skippable(alice_scope, scenes.region(alice_scope, "paris"))
    assert "Skip…" in get("operation-step", operation_id=other.id, step_name="network")


def test_everything_from_a_step_on_runs_again(alices: Client, alice_scope: Scope, provision: Operation) -> None:
    for name in ("network", "cluster"):
        scenes.put(alice_scope, provision, name)
    scenes.put(alice_scope, provision, "attach", state=StepState.FAILED, reason="UnexpectedError")
    scenes.moved(alice_scope, provision, OperationState.FAILED)
    page = alices.get(url_of(provision, "operation-step", step_name="cluster")).content.decode()
    assert "and the 1 step behind it run again" in page
    assert alices.post(url_of(provision, "operation-retry-from", step_name="cluster")).status_code == 303
    assert step_of(alice_scope, provision, "attach").state == StepState.PENDING


def test_an_operation_is_paused_and_resumed(alices: Client, get: Get, provision: Operation) -> None:
    assert url_of(provision, "operation-pause") in get("operation", operation_id=provision.id)
    assert alices.post(url_of(provision, "operation-pause")).status_code == 303
    text = get("operation", operation_id=provision.id)
    assert "Paused by Alice." in text
    assert url_of(provision, "operation-resume") in text
    assert url_of(provision, "operation-pause") not in text
    assert alices.post(url_of(provision, "operation-resume")).status_code == 303
    assert (
        "Paused by Alice." not in get("operation", operation_id=provision.id).split("<dialog")[0].split("Log")[0]
    )


def test_cancelling_says_what_its_kind_does_with_what_runs(
    get: Get, alice_scope: Scope, provision: Operation, frankfurt: Region
) -> None:
    assert "is followed until it is there" in get("operation", operation_id=provision.id)
    with alice_scope.entered():
        provision.cancelling = Cancelling.FINISHING
        provision.save()
    scenes.put(alice_scope, provision, "network", state=StepState.WAITING, message="CREATING")
    scenes.moved(alice_scope, provision, OperationState.CANCELLING)
    text = get("operation", operation_id=provision.id)
    assert "Being cancelled." in text
    assert "nobody watches it here" in text


def test_the_critical_path_and_the_expected_end_come_from_earlier_runs(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    steps = (
        StepSpec("vpc", "Network", "scripted"),
        StepSpec("cluster", "EKS cluster", "scripted", ("vpc",)),
        StepSpec("database", "RDS PostgreSQL", "scripted", ("vpc",)),
        StepSpec("attach", "Attach region", "scripted", ("cluster", "database")),
    )
    for number in range(3):
        earlier = scenes.operation(alice_scope, frankfurt, steps=steps)
        for name, seconds in (("vpc", 5), ("cluster", 90 + number), ("database", 400), ("attach", 2)):
            scenes.put(alice_scope, earlier, name, seconds=seconds)
        scenes.moved(alice_scope, earlier, OperationState.SUCCEEDED)
    running = scenes.operation(alice_scope, frankfurt, steps=steps)
    scenes.put(alice_scope, running, "vpc", seconds=5)
    text = get("operation", operation_id=running.id)
    assert "Critical path: RDS PostgreSQL, then Attach region" in text
    assert "ends about" in text
    scenes.moved(alice_scope, running, OperationState.BLOCKED)
    scenes.put(alice_scope, running, "cluster", **scenes.REFUSAL)
    blocked = get("operation", operation_id=running.id)
    assert "ends about" not in blocked
    assert "cannot end before EKS cluster" in blocked


def test_a_long_log_is_shown_whole_when_asked(get: Get, alice_scope: Scope, provision: Operation) -> None:
    with alice_scope.entered():
        for number in range(60):
            StepEvent.objects.create(
                org_id=alice_scope.org_id, operation=provision, step_name="network", state="waiting",
                message=f"line-{number}.",
            )  # fmt: skip
    short = get("operation", operation_id=provision.id)
    assert "The whole log" in short
    assert "line-3." not in short
    assert "line-3." in get("operation", "?log=all", operation_id=provision.id)


def test_the_page_of_a_step_asks_as_much_for_a_hundred_steps_as_for_three(
    alices: Client, alice_scope: Scope, frankfurt: Region, provision: Operation
) -> None:
    whole = scenes.half_done(alice_scope, scenes.region(alice_scope, "whole"))
    first = Step.objects.visible_to(alice_scope).in_order()
    with alice_scope.entered():
        name = first.of_operation(whole)[0].name
    few = asked(alices, url_of(provision, "operation-step", step_name="network"))
    assert few == asked(alices, url_of(whole, "operation-step", step_name=name)) == 3


def test_a_stranger_and_a_name_that_is_not_there_find_nothing(
    alices: Client, mallory: User, client_of: Callable[[User], Client], provision: Operation
) -> None:
    url = url_of(provision, "operation-step", step_name="network")
    assert client_of(mallory).get(url).status_code == 404
    assert client_of(mallory).get(url.replace("/o/acme/", "/o/evil/")).status_code == 404
    assert alices.get(url_of(provision, "operation-step", step_name="nothing")).status_code == 404


def test_an_auditor_reads_a_step_and_is_offered_nothing(
    bob: User, client_of: Callable[[User], Client], alice_scope: Scope, frankfurt: Region
) -> None:
    operation = asking(alice_scope, frankfurt)
    text = client_of(bob).get(url_of(operation, "operation-step", step_name="network")).content.decode()
    assert "Replace the network" in text
    for word in ("Approve…", "Deny…", "Skip…", "Retry from here…", "approve-step"):
        assert word not in text
