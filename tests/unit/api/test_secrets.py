"""Secrets and projects by machine: values go in, none comes out."""

import base64
import json
from typing import Any

import pytest

from console.kernel.scope import Scope
from console.web.models import IdempotencyKey
from secrets_app.actions import secrets
from secrets_app.models import Secret
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3e-value-2210"


def make(machine: Machine, **more: Any) -> Any:
    return machine.post("secrets", {"name": "db", "values": {"password": CANARY}, **more})


def test_a_secret_is_made_read_and_rotated(machine: Machine, alice_scope: Scope) -> None:
    made = make(machine)
    assert made.status_code == 201
    where = made["Location"].removeprefix("/api/v1/")
    assert machine.get(where).json() == made.json()
    rotated = machine.post(f"{where}/rotate", {"values": {"password": "other"}, "based_on": 1})
    assert (rotated.status_code, rotated.json()["number"]) == (201, 2)
    back = machine.post(f"{where}/rollback", {"version": 1})
    assert back.json()["note"] == "rolled back to version 1"
    listed = machine.get(f"{where}/versions").json()["items"]
    assert [each["number"] for each in listed] == [3, 2, 1]
    assert listed[0]["keys"][0]["since"] == 1
    assert machine.get("secrets?q=db").json()["items"][0]["name"] == "db"
    assert machine.get(f"{where}/regions").json()["items"] == []


def test_no_answer_ever_holds_a_value(machine: Machine) -> None:
    where = make(machine)["Location"].removeprefix("/api/v1/")
    answers = [
        machine.post(f"{where}/versions", {"values": {"token": CANARY[::-1]}}),
        machine.get(where),
        machine.get(f"{where}/versions"),
        machine.get("secrets"),
        make(machine),
        machine.post("secrets", {"name": CANARY * 9, "values": {"k": CANARY}}),
        machine.post("secrets", {"name": "x", "kind": "tls", "values": {"tls.crt": CANARY, "tls.key": CANARY}}),
        machine.post("secrets", {"name": "x", "values": {"k": {"nested": CANARY}}}),
        machine.post("secrets", {"name": "x", "values_base64": {"k": "!" + CANARY}}),
    ]
    kept = " ".join(answer.content.decode().replace(CANARY * 9, "") for answer in answers)
    assert CANARY not in kept
    assert CANARY[::-1] not in kept


def test_there_is_no_reveal_for_machines(machine: Machine) -> None:
    where = make(machine)["Location"].removeprefix("/api/v1/")
    assert machine.get(f"{where}/reveal").status_code == 404
    assert machine.post(f"{where}/reveal", {"key": "password", "reason": "x"}).status_code == 404


def test_bytes_come_in_base64(machine: Machine, alice_scope: Scope) -> None:
    raw = bytes(range(256))
    made = machine.post("secrets", {"name": "store", "values_base64": {"p12": base64.b64encode(raw).decode()}})
    with alice_scope.entered():
        secret = Secret.objects.get(pk=made.json()["id"])
        assert secrets.reveal(scope=alice_scope, secret=secret, key="p12", reason="a test") == raw


def test_a_key_is_made_here(machine: Machine) -> None:
    made = machine.post("secrets", {"name": "k", "kind": "asymmetric", "generate": "ed25519"}).json()
    assert made["detail"] == "Ed25519"
    assert_problem(
        machine.post("secrets", {"name": "g", "kind": "generic", "generate": "256"}), 422, "value_unusable"
    )


def test_a_repeated_call_makes_one_secret_and_its_fingerprint_tells_nothing(
    machine: Machine, alice_scope: Scope
) -> None:
    """A plain digest of a short value could be guessed by whoever has the database; scrypt with a salt is kept."""
    import hashlib

    body = {"name": "db", "values": {"pin": "1234"}}
    first = machine.post("secrets", body, key="k-1")
    again = machine.post("secrets", body, key="k-1")
    assert (first.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert_problem(
        machine.post("secrets", {**body, "values": {"pin": "1235"}}, key="k-1"), 422, "idempotency_key_reused"
    )
    with alice_scope.entered():
        kept = IdempotencyKey.objects.get()
    whole = "\n".join(["POST", "/api/v1/secrets", json.dumps(body, sort_keys=True, separators=(",", ":"))])
    assert kept.fingerprint != hashlib.sha256(whole.encode()).hexdigest()


def test_a_dry_run_saves_nothing(machine: Machine, alice_scope: Scope) -> None:
    tried = machine.post("secrets?dry_run=true", {"name": "db", "values": {"password": CANARY}})
    assert (tried.status_code, tried["Dry-Run"]) == (200, "true")
    with alice_scope.entered():
        assert not Secret.objects.exists()


def test_deleting_wants_the_name(machine: Machine) -> None:
    from django.test import Client

    where = make(machine)["Location"]
    headers = {"Authorization": f"Bearer {machine.token}"}
    kinds: dict[str, Any] = {"content_type": "application/json", "headers": headers}
    assert Client().delete(where, {"name": "other"}, **kinds).status_code == 422
    assert Client().delete(where, {"name": "db"}, **kinds).status_code == 200
    assert machine.get(where.removeprefix("/api/v1/")).status_code == 404


def test_an_auditors_token_reads_alone(machine: Machine, reader: Machine) -> None:
    make(machine)
    assert reader.get("secrets").status_code == 200
    assert_problem(make(reader), 403, "refused")


def test_another_organization_finds_nothing(machine: Machine, foreign: Machine) -> None:
    where = make(machine)["Location"].removeprefix("/api/v1/")
    assert foreign.get(where).status_code == 404
    assert foreign.get("secrets").json()["items"] == []
    for act in ("rotate", "rollback", "versions"):
        assert foreign.post(f"{where}/{act}", {"version": 1}).status_code in {404, 422}


MALFORMED = (
    b"", b"{", b"[]", b"null", b"\xff", b'{"name": 5}', b'{"name": "a"}', b'{"name": "a", "values": []}',
    b'{"name": "a", "values": {"k": "\\u0000"}}', b'{"name": "a", "values": {"k": "\\ud800"}}',
    b'{"name": "a", "project_id": "x"}', b'{"name": "a", "kind": "x"}', b'{"name": "a", "kind": "external"}',
)  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_bodies_are_answered_as_problems(machine: Machine, body: bytes) -> None:
    answer = machine.post("secrets", body)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_projects_are_made_listed_and_changed(machine: Machine, reader: Machine) -> None:
    made = machine.post("projects", {"name": "payments"})
    assert made.status_code == 201
    assert machine.get("projects").json()["items"] == [made.json()]
    assert_problem(machine.post("projects", {"name": "payments"}), 409, "project_name_taken")
    assert_problem(machine.post("projects", {"name": "Pay"}), 422, "project_name_unusable")
    assert_problem(reader.post("projects", {"name": "other"}), 403, "refused")
    secret = make(machine, project_id=made.json()["id"]).json()
    assert secret["project"] == "payments"
