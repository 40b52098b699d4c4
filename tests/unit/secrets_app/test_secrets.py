"""Secrets: put, changed, rotated, rolled back, revealed, deleted."""

from datetime import timedelta

import pytest

from accounts.models import Project
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from secrets_app.actions import secret_upkeep, secrets
from secrets_app.actions.secret_errors import (
    NameNotTyped,
    ReasonMissing,
    SecretChanged,
    SecretExists,
    SecretUnusable,
    VersionEnded,
)
from secrets_app.contents import compare
from secrets_app.models import Secret, SecretVersion

pytestmark = pytest.mark.django_db

PASSWORD = b"correct-horse-battery-staple-7391"


@pytest.fixture(autouse=True)
def inside(alice_scope: Scope):  # type: ignore[no-untyped-def]
    with alice_scope.entered():
        yield


def put(scope: Scope, **given: object) -> Secret:
    values = {"name": "payments-db", "values": {"password": PASSWORD, "username": b"ledger"}, **given}
    return secrets.put(scope=scope, **values)  # type: ignore[arg-type]


def versions(secret: Secret) -> list[SecretVersion]:
    return list(SecretVersion.objects.filter(secret=secret).order_by("number"))


def events(name: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(event=name))


def test_a_secret_is_made_and_its_value_is_stored_sealed_alone(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    (version,) = versions(secret)
    assert secret.current_version == 1
    assert PASSWORD not in bytes(version.__dict__["value"])
    assert secrets.reveal(scope=alice_scope, secret=secret, key="password", reason="a test") == PASSWORD


def test_the_same_values_again_make_no_version(alice_scope: Scope) -> None:
    put(alice_scope)
    assert put(alice_scope).current_version == 1
    assert put(alice_scope, values={"password": b"other"}).current_version == 2


def test_a_name_is_taken_once_in_a_project_and_once_in_the_organization(
    alice_scope: Scope, project: Project
) -> None:
    put(alice_scope)
    put(alice_scope, project=project)
    with pytest.raises(SecretExists):
        put(alice_scope, is_new=True)


def test_a_changed_key_keeps_the_others_unseen(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    secrets.change(scope=alice_scope, secret=secret, values={"username": b"payments"}, based_on=1)
    secret.refresh_from_db()
    first, second = versions(secret)
    assert compare(first.entries, second.entries) == {
        "added": [],
        "changed": ["username"],
        "removed": [],
        "same": ["password"],
    }
    assert secrets.reveal(scope=alice_scope, secret=secret, key="password", reason="a test") == PASSWORD


def test_two_people_cannot_save_over_each_other(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    secrets.change(scope=alice_scope, secret=secret, values={"username": b"a"}, based_on=1)
    with pytest.raises(SecretChanged):
        secrets.change(scope=alice_scope, secret=secret, values={"username": b"b"}, based_on=1)


def test_values_may_be_any_bytes(alice_scope: Scope) -> None:
    every_byte = bytes(range(256)) * 40
    secret = put(alice_scope, values={"store.p12": every_byte})
    assert secrets.reveal(scope=alice_scope, secret=secret, key="store.p12", reason="a test") == every_byte
    assert versions(secret)[0].entries[0]["form"] == "binary"


def test_rolling_back_makes_a_new_version_of_the_old_values(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    put(alice_scope, values={"password": b"wrong"})
    secrets.roll_back(scope=alice_scope, secret=secret, number=1)
    first, _, third = versions(secret)
    assert third.note == "rolled back to version 1"
    assert compare(first.entries, third.entries)["same"] == ["password", "username"]
    secret.refresh_from_db()
    assert secrets.reveal(scope=alice_scope, secret=secret, key="password", reason="a test") == PASSWORD


def test_rotating_leaves_the_old_value_valid_for_the_grace_time(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    secrets.rotate(scope=alice_scope, secret=secret, values={"password": b"new one"})
    first, second = versions(secret)
    assert second.valid_until is None
    assert first.valid_until is not None
    assert timedelta(hours=23) < first.valid_until - now() < timedelta(hours=25)
    assert first.ended_at is None


def test_the_old_value_is_destroyed_when_its_grace_time_is_over(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    secrets.rotate(scope=alice_scope, secret=secret, values={"password": b"new one"})
    SecretVersion.objects.filter(number=1).update(valid_until=now() - timedelta(seconds=1))
    secret_upkeep.tend(scope=alice_scope)
    first, _ = versions(secret)
    assert (first.value, bool(first.ended_at)) == (None, True)
    with pytest.raises(VersionEnded):
        secrets.roll_back(scope=alice_scope, secret=secret, number=1)


def test_rotation_wants_a_new_value_unless_the_console_can_make_one(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    with pytest.raises(SecretUnusable, match="cannot make the value"):
        secrets.rotate(scope=alice_scope, secret=secret)
    with pytest.raises(SecretUnusable, match="at least one new value"):
        secrets.rotate(scope=alice_scope, secret=secret, values={"password": PASSWORD})
    key = put(alice_scope, name="signing", kind="symmetric", values={"key": b"k" * 32})
    assert secrets.rotate(scope=alice_scope, secret=key).number == 2


def test_a_schedule_rotates_what_the_console_can_make(alice_scope: Scope) -> None:
    key = put(alice_scope, name="signing", kind="symmetric", values={"key": b"k" * 32})
    secret_upkeep.schedule(scope=alice_scope, secret=key, rotate_days=30, grace_hours=1)
    Secret.objects.filter(pk=key.pk).update(next_rotation_at=now() - timedelta(minutes=1))
    secret_upkeep.tend(scope=alice_scope)
    key.refresh_from_db()
    assert key.current_version == 2
    assert key.next_rotation_at is not None
    assert key.next_rotation_at > now() + timedelta(days=29)


def test_a_reveal_says_why_and_leaves_a_trace_without_the_value(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    with pytest.raises(ReasonMissing):
        secrets.reveal(scope=alice_scope, secret=secret, key="password", reason="  ")
    secrets.reveal(scope=alice_scope, secret=secret, key="password", reason="Case 4182")
    (event,) = events("secret:revealed")
    assert "Case 4182" in str(vars(event))
    assert PASSWORD.decode() not in str(vars(event))


def test_who_may_not_reveal_is_refused(alice_scope: Scope, carol_scope: Scope) -> None:
    secret = put(alice_scope)
    with pytest.raises(Refused):
        secrets.reveal(scope=carol_scope, secret=secret, key="password", reason="curious")


def test_deleting_destroys_every_value_and_frees_the_name(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    put(alice_scope, values={"password": b"second"})
    with pytest.raises(NameNotTyped):
        secrets.delete(scope=alice_scope, secret=secret, typed="payments")
    secrets.delete(scope=alice_scope, secret=secret, typed="payments-db")
    assert {version.value for version in versions(secret)} == {None}
    assert put(alice_scope).current_version == 1
    secret_upkeep.tend(scope=alice_scope)
    assert not Secret.objects.filter(pk=secret.pk).exists()


def test_the_oldest_values_beyond_twenty_are_destroyed(alice_scope: Scope) -> None:
    for number in range(22):
        secret = put(alice_scope, values={"password": f"value {number}".encode()})
    ended = [version.number for version in versions(secret) if version.ended_at]
    assert ended == [1, 2]


@pytest.mark.parametrize("name", ["", "Payments", "a b", "-a", "a" * 64, "päron", "a/b", "a\n"])
def test_a_name_that_no_cluster_takes_is_refused(alice_scope: Scope, name: str) -> None:
    with pytest.raises(SecretUnusable, match="name cannot be used"):
        put(alice_scope, name=name)


def test_no_event_of_a_secrets_life_holds_its_value(alice_scope: Scope) -> None:
    secret = put(alice_scope)
    secrets.change(scope=alice_scope, secret=secret, values={"token": PASSWORD[::-1]})
    secrets.rotate(scope=alice_scope, secret=secret, values={"password": PASSWORD * 2})
    secrets.roll_back(scope=alice_scope, secret=secret, number=1)
    secrets.delete(scope=alice_scope, secret=secret, typed="payments-db")
    told = " ".join(str(vars(event)) for event in AuditEvent.objects.all())
    assert {"secret:created", "secret:changed", "secret:rotated", "secret:rolled-back", "secret:deleted"} <= {
        event.event for event in AuditEvent.objects.all()
    }
    assert PASSWORD.decode() not in told
    assert PASSWORD[::-1].decode() not in told
