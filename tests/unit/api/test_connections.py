"""Connections and the roles for people, read and changed by a machine."""

from typing import Any

import pytest

from console.audit.models import AuditEvent
from console.kernel.scope import Scope
from regions.actions import connections
from regions.models import BundleVersion, CheckGroup, Connection
from regions.states import Verdict
from regions.steps.verification_checks import Check, record
from tests import scenes
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem

pytestmark = pytest.mark.django_db

DBA = {"name": "dba", "purpose": "Restarts the database", "actions": ["rds:RebootDBInstance"]}
BODY: dict[str, Any] = {
    "base": 0,
    "reason": "Policy 7",
    "removed": [{"role": "read-only", "actions": ["kms:*"]}],
    "added": [DBA],
}


@pytest.fixture
def connection(alice_scope: Scope) -> Connection:
    with alice_scope.entered():
        return connections.for_account(scope=alice_scope, cloud="aws", account_id="123456789012")


def test_a_connection_is_listed_and_read(machine: Machine, connection: Connection) -> None:
    found = machine.get(f"connections/{connection.id}").json()
    assert machine.get("connections").json()["items"] == [found]
    assert (found["state"], found["role_arn"]) == ("draft", connection.role_arn)


def test_what_verification_found_is_read_by_kind(
    machine: Machine, connection: Connection, alice_scope: Scope
) -> None:
    checks = [
        Check(CheckGroup.TRUST, "trust:assume", "Assumed", Verdict.PASS, "live"),
        Check(CheckGroup.POSTURE, "posture:guardduty", "GuardDuty", Verdict.WARNING, "read", message="Off."),
    ]
    record(alice_scope, connection.id, checks, at=connection.created_at)
    path = f"connections/{connection.id}/checks"
    assert len(machine.get(path).json()["items"]) == 2
    (posture,) = machine.get(f"{path}?group=posture").json()["items"]
    assert (posture["name"], posture["verdict"], posture["message"]) == ("posture:guardduty", "warning", "Off.")


@pytest.mark.parametrize(
    ("name", "inside"),
    [("cloudformation", "AWS::IAM::Role"), ("terraform", "aws_iam_role"), ("aws-cli", "create-role")],
)
def test_what_makes_the_role_is_read(machine: Machine, connection: Connection, name: str, inside: str) -> None:
    found = machine.get(f"connections/{connection.id}/artefacts/{name}").json()
    assert inside in found["text"]
    assert connection.role_name in found["text"]
    assert_problem(machine.get(f"connections/{connection.id}/artefacts/pulumi"), 404, "artefact_unknown")


def test_verifying_is_accepted_with_its_operation(machine: Machine, alice_scope: Scope) -> None:
    response = machine.post(f"connections/{scenes.connection(alice_scope).id}/verify")
    assert (response.status_code, response.json()["state"]) == (202, "pending")


def test_roles_are_tried_then_changed_once(machine: Machine, connection: Connection, alice_scope: Scope) -> None:
    path = f"connections/{connection.id}/roles"
    assert machine.get(path).json()["number"] == 0
    tried = machine.post(f"{path}?dry_run=true", BODY)
    assert (tried.status_code, tried.json()["number"]) == (200, 1)
    assert {one["role"]: one["lost"] for one in tried.json()["changes"]}["read-only"] == ["kms:*"]
    assert machine.get(path).json()["number"] == 0
    made = machine.post(path, BODY, key="k-1")
    again = machine.post(path, BODY, key="k-1")
    assert (made.status_code, again.json()) == (201, made.json())
    found = machine.get(path).json()
    assert (found["number"], found["removed"]) == (1, BODY["removed"])
    assert found["added"] == [{**DBA, "kubernetes": "none", "principals": []}]
    with alice_scope.entered():
        assert len(BundleVersion.objects.visible_to(alice_scope)) == 1
        assert AuditEvent.objects.get(event="connection:roles-changed").actor_label == "token ci-operator"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"added": [{**DBA, "actions": ["iam:CreateRole"]}]}, 422, "roles_not_fit"),
        ({"added": [{**DBA, "actions": ["rds:*"]}]}, 422, "roles_not_fit"),
        ({"base": 3}, 409, "roles_changed_meanwhile"),
        ({"removed": [], "added": []}, 409, "roles_unchanged"),
    ],
)
def test_what_cannot_be_had_is_a_problem(
    machine: Machine, connection: Connection, change: dict[str, Any], status: int, code: str
) -> None:
    assert_problem(machine.post(f"connections/{connection.id}/roles", {**BODY, **change}), status, code)


def test_the_catalogue_says_what_may_be_chosen(machine: Machine) -> None:
    actions = machine.get("role-actions").json()["actions"]
    assert "rds:RebootDBInstance" in actions
    assert "iam:CreateRole" not in actions


def test_a_reader_changes_nothing_and_a_stranger_finds_nothing(
    reader: Machine, foreign: Machine, connection: Connection
) -> None:
    path = f"connections/{connection.id}/roles"
    assert reader.get(path).status_code == 200
    assert reader.post(path, BODY).status_code == 403
    assert reader.post(f"connections/{connection.id}/verify").status_code == 403
    for part in ("", "/checks", "/roles", "/artefacts/terraform"):
        assert_problem(foreign.get(f"connections/{connection.id}{part}"), 404, "not_found")
