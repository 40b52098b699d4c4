"""Secrets that wait for a person stand on the overview."""

from datetime import timedelta

import pytest

from console.dashboard.readings import attention_secrets
from console.dashboard.readings.attention import Attention
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from secrets_app.actions import recipients, secrets
from secrets_app.models import Recipient, Secret

pytestmark = pytest.mark.django_db


def read(scope: Scope) -> list[Attention]:
    with scope.entered():
        return list(attention_secrets.read(scope=scope, slug="acme"))


@pytest.fixture
def secret(alice_scope: Scope) -> Secret:
    with alice_scope.entered():
        return secrets.put(scope=alice_scope, name="db", values={"k": b"v"})


def changed(scope: Scope, **columns: object) -> None:
    with scope.entered():
        Secret.objects.update(**columns)


def test_a_quiet_secret_asks_for_nothing(alice_scope: Scope, secret: Secret) -> None:
    changed(alice_scope, expires_at=now() + timedelta(days=40), next_rotation_at=now() + timedelta(days=1))
    assert read(alice_scope) == []


def test_what_expires_within_thirty_days_is_said_and_what_has_expired_first(
    alice_scope: Scope, secret: Secret
) -> None:
    changed(alice_scope, expires_at=now() + timedelta(days=9))
    (soon,) = read(alice_scope)
    assert (soon.state, soon.action) == ("degraded", "Renew")
    changed(alice_scope, expires_at=now() - timedelta(days=1))
    (over,) = read(alice_scope)
    assert over.title == "db has expired"
    assert over.rank < soon.rank


def test_a_rotation_that_only_a_person_can_make_is_reminded_of(alice_scope: Scope, secret: Secret) -> None:
    changed(alice_scope, next_rotation_at=now() - timedelta(minutes=1))
    (due,) = read(alice_scope)
    assert due.title == "db is due for rotation"
    changed(alice_scope, kind="symmetric")
    assert read(alice_scope) == []


def test_a_region_that_gets_nothing_is_said_once_it_had_its_time(alice_scope: Scope) -> None:
    with alice_scope.entered():
        recipients.welcome(scope=alice_scope, region_id=new_id(), name="r", host="r.example", bucket="b")
        Recipient.objects.update(trouble="The region has not published its public key yet.")
    assert read(alice_scope) == []
    with alice_scope.entered():
        Recipient.objects.update(created_at=now() - timedelta(hours=1))
    (silent,) = read(alice_scope)
    assert silent.title == "r does not get secrets"
