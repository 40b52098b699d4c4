"""How far the trail is proven: verified, signed, kept; and judged without the console."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, Role, User
from console.audit.actions import checkpoints, events
from console.audit.models import AuditCheckpoint, AuditEvent, AuditRetention, AuditVerification
from console.dashboard.actions import verifications
from console.dashboard.steps import verification as step
from console.kernel.clock import now
from console.kernel.ids import first_id, new_id
from console.kernel.scope import Scope
from console.operations.models import Operation
from console.operations.outcomes import Done
from console.operations.steps import StepContext
from tests.asking import asked
from tests.unit.api.conftest import Machine, issue
from tests.unit.api.test_contract import assert_problem
from tests.unit.audit.conftest import Tamper, tamper

__all__ = ["tamper"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PROOF, RETENTION = "/o/acme/audit/verify/", "/o/acme/audit/retention/"
Sign = Callable[[User], Client]


@pytest.fixture
def alices(alice: User, client_of: Sign) -> Client:
    return client_of(alice)


@pytest.fixture
def told(alice_scope: Scope) -> None:
    for number in range(5):
        with alice_scope.entered():
            events.record(alice_scope, "region:requested", None, number=number)


def verify(client: Client) -> str:
    assert client.post(PROOF).status_code == 303
    return client.get(PROOF).content.decode()


# --- verification ---


@pytest.mark.usefixtures("told")
def test_a_short_chain_is_verified_while_one_waits(alices: Client, alice_scope: Scope) -> None:
    assert "Not verified yet." in alices.get(PROOF).content.decode()
    assert "Chain intact to event" in verify(alices)
    with alice_scope.entered():
        made = AuditVerification.objects.visible_to(alice_scope).get()
        event = AuditEvent.objects.visible_to(alice_scope).newest_first()[0]
    assert (made.ok, made.operation_id, made.asked_by) == (True, None, "Alice")
    assert (event.event, event.facts["findings"]) == ("trail:verified", 0)
    assert "Chain intact to event" in alices.get("/o/acme/audit/").content.decode()


@pytest.mark.usefixtures("told")
def test_what_was_tampered_with_is_named_on_the_page(alices: Client, tamper: Tamper, acme: Organization) -> None:
    tamper(
        "UPDATE audit_event SET actor_label = 'Somebody else' WHERE id = "
        "(SELECT event_id FROM audit_link WHERE org_id = %s AND seq = 2)",
        acme.id,
    )
    text = verify(alices)
    assert "Chain broken in 1 place" in text
    assert "The trail was tampered with" in text
    assert "Readable columns do not say what was linked: actor_label." in text


@pytest.mark.usefixtures("told")
def test_the_open_event_says_that_it_does_not_fit(alices: Client, tamper: Tamper, acme: Organization) -> None:
    with_link = "SELECT event_id FROM audit_link WHERE org_id = %s AND seq = 2"
    tamper(f"UPDATE audit_event SET canonical = '{{}}' WHERE id = ({with_link})", acme.id)
    event = AuditEvent.objects.using("owner").get(canonical="{}")
    url = reverse("audit-event", kwargs={"org": "acme", "event_id": event.pk})
    assert "does not fit the chain" in alices.get(url).content.decode()


@pytest.mark.usefixtures("told")
def test_a_long_chain_is_verified_by_an_operation(
    alices: Client, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "AT_ONCE", 2)
    text = verify(alices)
    with alice_scope.entered():
        operation = Operation.objects.visible_to(alice_scope).get()
    assert "Every link is being walked" in text
    assert reverse("operation", kwargs={"org": "acme", "operation_id": operation.pk}) in text
    assert isinstance(step.verify(context_of(alice_scope, operation)), Done)
    assert "Chain intact to event" in alices.get(PROOF).content.decode()


@pytest.mark.usefixtures("told")
def test_one_verification_goes_on_at_a_time(
    alices: Client, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifications, "AT_ONCE", 2)
    verify(alices)
    verify(alices)
    with alice_scope.entered():
        assert Operation.objects.visible_to(alice_scope).count() == 1


def context_of(scope: Scope, operation: Operation) -> StepContext:
    return StepContext(
        scope=scope, operation_id=operation.id, operation_context={}, target_id=operation.target_id,
        requested_by_id="", step_id=new_id(), name="verify", params={}, attempt=1, started_at=now(), now=now(),
        request_id="",
    )  # fmt: skip


# --- checkpoints and the verifier ---


@pytest.mark.usefixtures("told")
def test_a_checkpoint_is_signed_listed_and_taken_away(alices: Client, alice_scope: Scope) -> None:
    assert alices.post("/o/acme/audit/checkpoints/").status_code == 303
    with alice_scope.entered():
        row = AuditCheckpoint.objects.visible_to(alice_scope).get()
    url = reverse("audit-checkpoint", kwargs={"org": "acme", "checkpoint_id": row.pk})
    assert url in alices.get(PROOF).content.decode()
    response = alices.get(url)
    kept = json.loads(response.content)
    assert response["Content-Disposition"] == f'attachment; filename="acme-checkpoint-{row.seq}.json"'
    assert (kept["statement"], kept["says"]["seq"], len(kept["signature"])) == (row.statement, row.seq, 128)


def test_the_verifier_is_one_file_that_imports_nothing_of_the_console(alices: Client) -> None:
    response: Any = alices.get("/o/acme/audit/verifier/")
    text = b"".join(response.streaming_content).decode()
    assert response["Content-Disposition"] == 'attachment; filename="verify_audit.py"'
    assert "import django" not in text
    assert "from console" not in text


# --- retention ---


def test_a_longer_retention_needs_no_confirmation(alices: Client, acme: Organization, alice_scope: Scope) -> None:
    with alice_scope.entered():
        AuditRetention.objects.create(org_id=acme.id, days=90, changed_by="Alice")
    assert alices.post(RETENTION, {"days": "365"}).status_code == 303
    assert days_of(alice_scope) == 365
    assert alices.post(RETENTION, {"days": ""}).status_code == 303
    assert days_of(alice_scope) is None


def test_a_shorter_one_says_what_is_lost_and_wants_the_address_typed(alices: Client, alice_scope: Scope) -> None:
    for days in (100, 99):
        at = now() - timedelta(days=days)
        old = AuditEvent(id=first_id(at), org_id=alice_scope.org_id, at=at, event="region:failed")
        with alice_scope.entered():
            events.sealed(old).save(force_insert=True)
    with alice_scope.entered():
        events.record(alice_scope, "region:requested", None)
    text = alices.post(RETENTION, {"days": "90"}).content.decode()
    assert "That is 2 events, from before" in text
    assert "Events older than 90 days are purged" in text
    assert "They cannot be brought back, by anybody." in text
    assert days_of(alice_scope) is None
    wrong = alices.post(RETENTION, {"days": "90", "typed": "other"})
    assert (wrong.status_code, days_of(alice_scope)) == (422, None)
    assert alices.post(RETENTION, {"days": "90", "typed": "acme"}).status_code == 303
    assert days_of(alice_scope) == 90


def test_what_cannot_be_chosen_changes_nothing(alices: Client, alice_scope: Scope) -> None:
    assert alices.post(RETENTION, {"days": "3"}).status_code == 422
    assert days_of(alice_scope) is None


def days_of(scope: Scope) -> int | None:
    with scope.entered():
        row = AuditRetention.objects.visible_to(scope).first()
    return row.days if row else None


# --- who ---


def test_an_auditor_verifies_and_signs_but_sets_no_retention(
    bob: User, client_of: Sign, alice_scope: Scope
) -> None:
    with alice_scope.entered():
        events.record(alice_scope, "region:requested", None)
    bobs = client_of(bob)
    assert "Chain intact" in verify(bobs)
    assert bobs.post("/o/acme/audit/checkpoints/").status_code == 303
    assert bobs.get(RETENTION).status_code == 403


def test_a_stranger_finds_nothing(mallory: User, client_of: Sign, alice_scope: Scope) -> None:
    with alice_scope.entered():
        events.record(alice_scope, "region:requested", None)
    with alice_scope.entered():
        row = checkpoints.checkpoint(scope=alice_scope)
    mallorys = client_of(mallory)
    for path in (PROOF, RETENTION, "/o/acme/audit/verifier/", f"/o/acme/audit/checkpoints/{row.pk}/"):
        assert mallorys.get(path).status_code == 404
    assert mallorys.post(PROOF).status_code == 404
    assert mallorys.get(f"/o/evil/audit/checkpoints/{row.pk}/").status_code == 404


def test_the_page_asks_the_same_however_many_checkpoints(alices: Client, alice_scope: Scope) -> None:
    def signed() -> None:
        with alice_scope.entered():
            events.record(alice_scope, "region:requested", None)
        with alice_scope.entered():
            checkpoints.checkpoint(scope=alice_scope)

    signed()
    few = asked(alices, PROOF)
    for _ in range(8):
        signed()
    assert asked(alices, PROOF) == few == 7


# --- the Management API ---


@pytest.fixture
def reader(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.AUDITOR)


@pytest.mark.usefixtures("told")
def test_a_machine_verifies_and_reads_the_outcome(reader: Machine) -> None:
    assert_problem(reader.get("audit/verify"), 404, "not_found")
    done = reader.post("audit/verify")
    body = done.json()
    assert (done.status_code, body["ok"], body["findings"], body["more"]) == (200, True, [], 0)
    assert body["checked"] == body["last_seq"] >= 5
    assert reader.get("audit/verify").json() == body


@pytest.mark.usefixtures("told")
def test_a_machine_follows_the_operation_of_a_long_chain(reader: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifications, "AT_ONCE", 2)
    answer = reader.post("audit/verify")
    body = answer.json()
    assert (answer.status_code, body["ok"]) == (202, None)
    assert answer["Location"] == f"/api/v1/operations/{body['operation_id']}"
    assert reader.get(f"operations/{body['operation_id']}").json()["kind"] == "verify-trail"


@pytest.mark.usefixtures("told")
def test_a_machine_signs_and_lists_checkpoints(reader: Machine, mallory_scope: Scope) -> None:
    made = reader.post("audit/checkpoints")
    assert (made.status_code, json.loads(made.json()["statement"])["seq"]) == (201, made.json()["seq"])
    assert reader.get("audit/checkpoints").json()["items"] == [made.json()]
    assert len(made.json()["public_key"]) == 64
    foreign = issue(mallory_scope, Role.OPERATOR)
    assert foreign.get("audit/checkpoints").json()["items"] == []
