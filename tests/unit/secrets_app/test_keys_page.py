"""The pages of an organization's keys."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Organization, User
from console.encryption.keyring import keyring, store
from console.encryption.models import KeyPolicy, Rehearsal, Rotation, WorkRange
from console.kernel import queue
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation
from secrets_app.actions import keys
from tests.asking import asked
from tests.unit.secrets_app.rotating import drive, put_values

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)
    cache.clear()
    yield
    cache.clear()


def page(client: Client, path: str = "") -> str:
    response = client.get(f"/o/acme/keys/{path}")
    assert response.status_code == 200
    return response.content.decode()


def going_on(scope: Scope) -> Operation:
    """A rotation of 1,000 data keys of which 300 are done."""
    with scope.entered():
        operation = keys.rotate(scope=scope)
        name = str(scope.org_id)
        keyring(name)
        store().add_version(name, 2)
        made = Rotation.objects.create(
            org_id=scope.org_id, keyring=name, to_version=2, cause="person", operation_id=operation.id
        )
        first = last = made.id
        WorkRange.objects.create(
            org_id=scope.org_id, rotation=made, name="data keys 1", first=first, last=last, total=1000, done=300,
            started_at=now(),
        )  # fmt: skip
    return operation


def test_the_first_version_is_active(alice: User, acme: Organization, client_of: Browser) -> None:
    keyring(str(acme.id))
    text = page(client_of(alice))
    assert 'class="fit">v1' in text
    assert "Active" in text
    assert "AES-256-GCM" in text
    assert "Never rotated" in text
    assert "5 min at most" in text


def test_it_shows_no_key_material(alice: User, acme: Organization, client_of: Browser) -> None:
    ring = keyring(str(acme.id))
    text = page(client_of(alice))
    for version in ring.versions:
        assert store().material(ring.name, version).hex() not in text


def test_a_rotation_that_goes_on_says_how_far_it_is(alice: User, alice_scope: Scope, client_of: Browser) -> None:
    going_on(alice_scope)
    text = page(client_of(alice))
    assert "Rotating to v2" in text
    assert "300 of 1,000 re-wrapped" in text
    assert "v1 → v2" in text
    assert "Unwraps only" in text
    assert "Rotate now" not in text


def test_a_rotation_can_be_paused_slowed_and_let_go(
    alice: User, acme: Organization, alice_scope: Scope, client_of: Browser
) -> None:
    going_on(alice_scope)
    client = client_of(alice)
    for pace, rows in (("pause", 0), ("slow", 1000), ("full", None)):
        assert client.post("/o/acme/keys/pace/", {"pace": pace}).status_code == 303
        with alice_scope.entered():
            assert KeyPolicy.objects.get(org_id=acme.id).rows_a_second == rows
    client.post("/o/acme/keys/pace/", {"pace": "pause"})
    assert "Go on" in page(client)


def test_rotating_starts_an_operation(alice: User, acme: Organization, client_of: Browser) -> None:
    client = client_of(alice)
    assert client.post("/o/acme/keys/rotate/").status_code == 303
    assert "Rotating to v1" in page(client), "the first step has not made version 2 yet"


def test_compromised_wants_the_organizations_name(alice: User, client_of: Browser) -> None:
    client = client_of(alice)
    assert client.post("/o/acme/keys/compromised/", {"typed": "acme"}).status_code == 422
    assert client.post("/o/acme/keys/compromised/", {"typed": "Acme Bank"}).status_code == 303


def test_the_schedule_is_saved_and_shown(alice: User, client_of: Browser) -> None:
    client = client_of(alice)
    assert "Every 90 days" in page(client, "schedule/")
    answer = client.post("/o/acme/keys/schedule/", {"rotate_days": "90", "hold_days": "45"})
    assert answer.status_code == 303
    assert "every 90 days" in page(client)
    wrong = client.post("/o/acme/keys/schedule/", {"rotate_days": "90", "hold_days": "0"})
    assert wrong.status_code == 422
    assert "One day at least." in wrong.content.decode()


def test_a_root_key_that_nobody_can_reach_is_refused_beside_the_field(alice: User, client_of: Browser) -> None:
    client = client_of(alice)
    answer = client.post("/o/acme/keys/root/", {"arn": "alias/mine"})
    assert answer.status_code == 422
    assert "This is not the ARN of a KMS key." in answer.content.decode()


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_rehearsal_shows_what_was_measured(alice: User, alice_scope: Scope, client_of: Browser) -> None:
    put_values(alice_scope, 1)
    client = client_of(alice)
    assert "not rehearsed yet" in page(client)
    assert client.post("/o/acme/keys/rehearse/").status_code == 303
    assert "Rehearsing" in page(client)
    assert not Rehearsal.objects.using("owner").exists(), "no call to the root provider within the request"
    drive(Operation.objects.using("owner").get())
    text = page(client)
    assert "its data key opens" in text
    with alice_scope.entered():
        assert Rehearsal.objects.get().readable


def test_verification_says_how_many_are_left(alice: User, alice_scope: Scope, client_of: Browser) -> None:
    put_values(alice_scope, 2)
    answer = client_of(alice).post("/o/acme/keys/verify/", follow=True)
    assert "0 of 2 data keys on old versions." in answer.content.decode()


def test_past_rotations_are_listed(alice: User, alice_scope: Scope, client_of: Browser) -> None:
    client = client_of(alice)
    assert "No rotation yet." in page(client, "rotations/")
    going_on(alice_scope)
    assert "by hand" in page(client, "rotations/")


def test_an_auditor_reads_and_changes_nothing_and_a_stranger_sees_nothing(
    bob: User, mallory: User, client_of: Browser
) -> None:
    auditor, stranger = client_of(bob), client_of(mallory)
    assert "Rotate now" not in page(auditor)
    for path in ("rotate/", "compromised/", "pace/", "rehearse/", "schedule/", "root/"):
        assert auditor.post(f"/o/acme/keys/{path}").status_code == 403, path
        assert stranger.post(f"/o/acme/keys/{path}").status_code == 404, path
    assert stranger.get("/o/acme/keys/").status_code == 404


def test_pages_ask_few_questions(
    alice: User, alice_scope: Scope, client_of: Browser, django_assert_max_num_queries: Any
) -> None:
    going_on(alice_scope)
    client = client_of(alice)
    page(client)
    with django_assert_max_num_queries(30):
        page(client)
    assert asked(client, "/o/acme/keys/") <= 2


def test_a_rotation_that_was_cancelled_is_shown_as_stopped(
    alice: User, alice_scope: Scope, client_of: Browser
) -> None:
    from console.operations.actions import operations

    operation = going_on(alice_scope)
    with alice_scope.entered():
        operations.cancel(scope=alice_scope, operation=operation)
    text = page(client_of(alice))
    assert "Stopped half-way" in text
    assert "Rotate now" in text
