"""Regions and operations, read and acted on by a machine."""

from typing import Any

import pytest

from console.audit.models import AuditEvent
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from console.web.models import IdempotencyKey
from regions.models import PlanVersion, Region
from regions.states import RegionState
from tests import scenes
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem

pytestmark = pytest.mark.django_db


def regions_of(scope: Scope) -> int:
    with scope.entered():
        return Region.objects.visible_to(scope).count()


def body_of(plan: PlanVersion) -> dict[str, str]:
    return {"plan_id": str(plan.id)}


def test_a_region_is_requested_from_a_signed_plan(machine: Machine, plan: PlanVersion, alice_scope: Scope) -> None:
    response = machine.post("regions", body_of(plan))
    body = response.json()
    assert (response.status_code, body["state"]) == (201, "planned")
    assert response["Location"] == f"/api/v1/regions/{body['id']}"
    assert machine.get(f"regions/{body['id']}").json() == body
    assert body["requested_by"] == "token ci-operator"
    with alice_scope.entered():
        assert AuditEvent.objects.filter(event="region:requested", actor_kind="token").exists()


def test_a_dry_run_answers_the_same_and_leaves_nothing(
    machine: Machine, plan: PlanVersion, alice_scope: Scope
) -> None:
    response = machine.post("regions?dry_run=true", body_of(plan), key="k-1")
    assert (response.status_code, response["Dry-Run"], response.json()["state"]) == (200, "true", "planned")
    assert "Location" not in response
    assert regions_of(alice_scope) == 0
    with alice_scope.entered():
        assert not IdempotencyKey.objects.exists()
        assert not AuditEvent.objects.filter(event="region:requested").exists()


def test_a_dry_run_shows_the_refusal_too(machine: Machine, frankfurt: Region) -> None:
    response = machine.post(f"regions/{frankfurt.id}/deprovision?dry_run=true", {"name": "paris"})
    assert_problem(response, 422, "name_not_typed")


def test_dry_run_is_true_or_false(machine: Machine, plan: PlanVersion) -> None:
    assert_problem(machine.post("regions?dry_run=perhaps", body_of(plan)), 422, "invalid")


def test_a_repeated_call_is_answered_as_the_first(machine: Machine, plan: PlanVersion, alice_scope: Scope) -> None:
    first = machine.post("regions", body_of(plan), key="k-1")
    again = machine.post("regions", body_of(plan), key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["Idempotency-Replayed"], again["Location"]) == ("true", first["Location"])
    assert regions_of(alice_scope) == 1


def test_a_key_belongs_to_one_call(machine: Machine, plan: PlanVersion, frankfurt: Region) -> None:
    machine.post("regions", body_of(plan), key="k-1")
    response = machine.post(f"regions/{frankfurt.id}/reconcile", key="k-1")
    assert_problem(response, 422, "idempotency_key_reused")


def test_a_malformed_key_is_told(machine: Machine, plan: PlanVersion) -> None:
    assert_problem(machine.post("regions", body_of(plan), key="two words"), 422, "idempotency_key_malformed")


def test_a_refused_call_keeps_no_key(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    path = f"regions/{frankfurt.id}/deprovision"
    assert_problem(machine.post(path, {"name": "paris"}, key="k-1"), 422, "name_not_typed")
    assert machine.post(path, {"name": "frankfurt"}, key="k-1").status_code == 202


def test_an_unknown_plan_is_not_found(machine: Machine, plan: PlanVersion, foreign: Machine) -> None:
    assert_problem(foreign.post("regions", body_of(plan)), 404, "not_found")


def test_a_machine_cannot_approve(machine: Machine, frankfurt: Region) -> None:
    assert_problem(machine.post(f"regions/{frankfurt.id}/approve"), 404, "not_found")


@pytest.mark.parametrize(("act", "body"), [("deprovision", {"name": "frankfurt"}), ("reconcile", {})])
def test_long_work_is_accepted_with_its_operation(
    machine: Machine, alice_scope: Scope, act: str, body: dict[str, str]
) -> None:
    region = scenes.region(alice_scope, with_resources=True)
    response = machine.post(f"regions/{region.id}/{act}", body)
    found: dict[str, Any] = response.json()
    assert (response.status_code, found["state"]) == (202, "pending")
    assert response["Location"] == f"/api/v1/operations/{found['operation']}"
    assert machine.get(f"operations/{found['operation']}").json()["target_id"] == str(region.id)


def test_a_second_operation_on_a_region_waits(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    scenes.operation(alice_scope, frankfurt)
    body = {"name": "frankfurt"}
    assert_problem(machine.post(f"regions/{frankfurt.id}/deprovision", body), 409, "operation_going_on")
    with alice_scope.entered():
        assert Region.objects.get().state == RegionState.ACTIVE


def test_resources_tell_their_conditions(machine: Machine, alice_scope: Scope) -> None:
    region = scenes.region(alice_scope, with_resources=True)
    first = machine.get(f"regions/{region.id}/resources?limit=1").json()["items"][0]
    assert {"ready", "synced", "up_to_date", "external_id", "differences"} <= first.keys()


def test_steps_carry_the_clouds_own_words(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.BLOCKED)
    scenes.put(alice_scope, operation, "network", **scenes.REFUSAL)
    step = machine.get(f"operations/{operation.id}/steps").json()["items"][0]
    assert step["provider"]["call"] == "ec2:RevokeSecurityGroupEgress"
    assert (step["state"], step["who"]) == ("blocked", "customer")


def test_steps_are_tried_again_one_by_one_or_all(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.BLOCKED)
    for name in ("network", "cluster"):
        scenes.put(alice_scope, operation, name, **scenes.REFUSAL)
    one = machine.post(f"operations/{operation.id}/steps/network/retry")
    assert (one.status_code, one.json()["state"]) == (202, "pending")
    whole = machine.post(f"operations/{operation.id}/retry")
    assert (whole.status_code, whole.json()["state"]) == (202, "running")
    with alice_scope.entered():
        assert not Step.objects.filter(state=StepState.BLOCKED).exists()


def test_what_is_not_stuck_is_not_retried(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt)
    assert_problem(machine.post(f"operations/{operation.id}/retry"), 409, "step_not_stuck")


def test_an_operation_is_cancelled_once(machine: Machine, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt)
    response = machine.post(f"operations/{operation.id}/cancel")
    assert (response.status_code, response.json()["state"]) == (202, "cancelled")
    assert_problem(machine.post(f"operations/{operation.id}/cancel"), 409, "operation_ended")
    with alice_scope.entered():
        assert Operation.objects.get().state == OperationState.CANCELLED
