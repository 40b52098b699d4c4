"""Operations and their steps, read with their history and controlled by a machine."""

from dataclasses import replace

import pytest

from console.audit.models import AuditEvent
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from console.operations.steps import Approval
from regions.models import Region
from tests import scenes
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem

pytestmark = pytest.mark.django_db
ACTS = [
    "pause", "resume", "cancel", "retry", "steps/network/retry", "steps/network/retry-from", "steps/network/skip",
    "steps/network/approve", "steps/network/deny",
]  # fmt: skip


@pytest.fixture
def frankfurt(alice_scope: Scope) -> Region:
    return scenes.region(alice_scope)


@pytest.fixture
def provision(alice_scope: Scope, frankfurt: Region) -> Operation:
    return scenes.operation(alice_scope, frankfurt)


def asking(scope: Scope, target: Region, permission: Permission = Permission.OPERATION_APPROVE) -> Operation:
    network, *rest = scenes.three()
    made = scenes.operation(
        scope, target, steps=(replace(network, approval=Approval("Replace it?", permission=permission)), *rest)
    )
    scenes.put(scope, made, "network", state=StepState.AWAITING_APPROVAL, message="Replace it?")
    return scenes.moved(scope, made, OperationState.AWAITING_APPROVAL)


def test_an_operation_is_paused_and_resumed_with_its_history(machine: Machine, provision: Operation) -> None:
    paused = machine.post(f"operations/{provision.id}/pause")
    assert (paused.status_code, paused.json()["state"]) == (202, "paused")
    assert paused["Location"] == f"/api/v1/operations/{provision.id}"
    assert machine.post(f"operations/{provision.id}/resume").json()["state"] == "running"
    history = machine.get(f"operations/{provision.id}").json()["history"]
    assert [(line["state"], line["message"]) for line in history] == [
        ("pending", "Requested by Alice."),
        ("paused", "Paused by token ci-operator."),
        ("running", "Resumed by token ci-operator."),
    ]
    assert all(line["at"] for line in history)


def test_pausing_twice_is_a_conflict(machine: Machine, provision: Operation) -> None:
    machine.post(f"operations/{provision.id}/pause")
    assert_problem(machine.post(f"operations/{provision.id}/pause"), 409, "operation_paused")


def test_a_repeated_call_pauses_once(machine: Machine, provision: Operation) -> None:
    machine.post(f"operations/{provision.id}/pause", key="k-1")
    again = machine.post(f"operations/{provision.id}/pause", key="k-1")
    assert (again.status_code, again["Idempotency-Replayed"]) == (202, "true")


def test_a_cancellation_can_be_tried(machine: Machine, provision: Operation) -> None:
    tried = machine.post(f"operations/{provision.id}/cancel?dry_run=true")
    assert (tried.status_code, tried.json()["state"]) == (200, "cancelled")
    assert machine.get(f"operations/{provision.id}").json()["state"] == "pending"


def test_everything_from_a_step_on_runs_again(machine: Machine, alice_scope: Scope, provision: Operation) -> None:
    for name in ("network", "cluster"):
        scenes.put(alice_scope, provision, name)
    scenes.put(alice_scope, provision, "attach", state=StepState.FAILED, reason="UnexpectedError")
    scenes.moved(alice_scope, provision, OperationState.FAILED)
    answer = machine.post(f"operations/{provision.id}/steps/cluster/retry-from")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    states = [step["state"] for step in machine.get(f"operations/{provision.id}/steps").json()["items"]]
    assert states == ["succeeded", "pending", "pending"]


def test_a_step_is_skipped_with_a_reason_that_stays_in_its_history(
    machine: Machine, alice_scope: Scope, frankfurt: Region
) -> None:
    network, *rest = scenes.three()
    made = scenes.operation(alice_scope, frankfurt, steps=(replace(network, skippable=True), *rest))
    where = f"operations/{made.id}/steps/network"
    assert_problem(machine.post(f"{where}/skip"), 400, "invalid")
    answer = machine.post(f"{where}/skip", {"reason": "It is known to be there."})
    assert (answer.status_code, answer.json()["state"]) == (202, "skipped")
    [line] = machine.get(where).json()["history"]
    assert (line["state"], line["reason"]) == ("skipped", "Skipped")
    assert line["message"] == "Skipped by token ci-operator: It is known to be there."


def test_a_step_that_the_plan_wants_is_not_skipped(machine: Machine, provision: Operation) -> None:
    response = machine.post(f"operations/{provision.id}/steps/network/skip", {"reason": "In a hurry."})
    assert_problem(response, 409, "step_not_skippable")


def test_a_step_is_approved_with_a_note(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    made = asking(alice_scope, frankfurt)
    where = f"operations/{made.id}/steps/network"
    assert machine.get(where).json()["approval"]["question"] == "Replace it?"
    answer = machine.post(f"{where}/approve", {"note": "Backed up."}).json()
    assert (answer["state"], answer["decision"]["verdict"], answer["decision"]["note"]) == (
        "pending", "approved", "Backed up.",
    )  # fmt: skip
    with alice_scope.entered():
        assert AuditEvent.objects.get(event="operation:step-approved").facts["note"] == "Backed up."


def test_a_step_is_denied(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    made = asking(alice_scope, frankfurt)
    answer = machine.post(f"operations/{made.id}/steps/network/deny").json()
    assert (answer["state"], answer["reason"]) == ("failed", "ApprovalDenied")
    assert machine.get(f"operations/{made.id}").json()["state"] == "failed"


def test_what_a_person_must_approve_no_machine_does(
    machine: Machine, alice_scope: Scope, frankfurt: Region
) -> None:
    made = asking(alice_scope, frankfurt, Permission.REGION_APPROVE)
    assert_problem(machine.post(f"operations/{made.id}/steps/network/approve"), 403, "refused")


@pytest.mark.parametrize("act", ACTS)
def test_a_reader_controls_nothing(reader: Machine, provision: Operation, act: str) -> None:
    body = {"reason": "In a hurry."} if act.endswith("skip") else {}
    assert_problem(reader.post(f"operations/{provision.id}/{act}", body), 403, "refused")


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_finds_nothing_to_control(
    foreign: Machine, provision: Operation, act: str, alice_scope: Scope
) -> None:
    body = {"reason": "In a hurry."} if act.endswith("skip") else {}
    assert foreign.post(f"operations/{provision.id}/{act}", body).status_code == 404
    with alice_scope.entered():
        assert {step.state for step in Step.objects.visible_to(alice_scope)} == {"pending"}
