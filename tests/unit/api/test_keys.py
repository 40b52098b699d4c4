"""Keys over the Management API."""

import pytest

from accounts.models import Organization, Role
from console.encryption.keyring import keyring
from console.kernel import queue
from console.kernel.scope import Scope
from console.operations.models import Operation
from tests.unit.api.conftest import Machine, issue
from tests.unit.secrets_app.rotating import drive, put_values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)


@pytest.fixture
def owner(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.OWNER)


def test_keys_are_described_without_their_material(
    acme: Organization, alice_scope: Scope, reader: Machine
) -> None:
    keyring(str(acme.id))
    put_values(alice_scope, 2)
    found = reader.get("keys").json()
    assert (found["active_version"], found["deks"], found["cached_seconds"]) == (1, 2, 300)
    assert found["root"] == {"kind": "file", "arn": ""}
    assert [(one["version"], one["state"], one["deks"]) for one in found["versions"]] == [(1, "active", 2)]
    assert found["places"][0]["name"] == "Console"


def test_a_rotation_is_an_operation_and_is_asked_for_once(owner: Machine) -> None:
    first = owner.post("keys/rotate", key="once")
    assert first.status_code == 202
    assert owner.post("keys/rotate", key="once").json() == first.json()
    assert owner.get("keys").json()["operation"] == first.json()["operation"]
    refused = owner.post("keys/rotate", key="twice")
    assert (refused.status_code, refused.json()["code"]) == (409, "operation_going_on")


def test_a_dry_run_starts_nothing(owner: Machine) -> None:
    assert owner.post("keys/rotate?dry_run=true").status_code == 200
    assert owner.get("keys").json()["operation"] is None


def test_compromised_wants_the_name(owner: Machine) -> None:
    assert owner.post("keys/rotate", {"compromised": True}).status_code == 422
    assert owner.post("keys/rotate", {"compromised": True, "organization": "Acme Bank"}).status_code == 202


def test_schedule_and_pace_are_settled(owner: Machine) -> None:
    settled = owner.post("keys/schedule", {"rotate_days": 90, "hold_days": 45}).json()
    assert (settled["rotate_days"], settled["hold_days"]) == (90, 45)
    assert settled["next_rotation_at"]
    assert owner.post("keys/pace", {"rows_a_second": 0}).status_code == 200
    assert owner.post("keys/schedule", {"rotate_days": 0, "hold_days": 45}).status_code == 422


def test_verification_counts(alice_scope: Scope, reader: Machine) -> None:
    put_values(alice_scope, 3)
    assert reader.post("keys/verify").json() == {"deks": 3, "on_old_versions": 0}


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_rehearsal_answers_what_was_measured(alice_scope: Scope, owner: Machine) -> None:
    put_values(alice_scope, 1)
    assert owner.get("keys").json()["rehearsal"] is None
    answer = owner.post("keys/rehearse")
    assert answer.status_code == 202
    drive(Operation.objects.using("owner").get(pk=answer.json()["operation"]))
    assert owner.get("keys").json()["rehearsal"]["readable"] is True


def test_rotations_are_listed(owner: Machine) -> None:
    assert owner.get("keys/rotations").json() == {"items": [], "next_cursor": ""}


@pytest.mark.parametrize("path", ["rotate", "schedule", "pace", "rehearse", "root"])
def test_who_may_not_manage_keys_changes_nothing(machine: Machine, path: str) -> None:
    assert machine.post(f"keys/{path}", {"arn": ""}).status_code == 403
