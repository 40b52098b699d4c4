"""A rotation of an organization's keys, worked off by the engine in this process."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections

from accounts.models import Organization, TotpDevice
from console.audit.models import AuditEvent
from console.encryption import deks, keyring
from console.encryption import rotation as rotating
from console.encryption.keyring import NOBODY, PLATFORM, store
from console.encryption.models import Cause, Dek, KeyPolicy, Rotation, WorkRange
from console.encryption.store import KekState
from console.kernel import queue
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations.actions.operations import OperationGoingOn
from console.operations.models import Operation, Step
from secrets_app.actions import key_sweeps, keys
from secrets_app.models import Recipient, SecretVersion
from tests.conftest import make_person
from tests.unit.secrets_app import rotating as world
from tests.unit.secrets_app.rotating import drive, put_values, read_values, versions_in_use

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)


def rotated(scope: Scope, **how: Any) -> Operation:
    with scope.entered():
        operation = keys.rotate(scope=scope, **how)
    return drive(operation)


def states(name: str) -> dict[int, str]:
    return {one.number: one.state.value for one in store().versions(name)}


def raw_values() -> dict[Any, bytes]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id, value FROM secrets_app_secretversion")
        return {pk: bytes(value) for pk, value in cursor.fetchall()}


def test_every_data_key_moves_and_no_ciphertext_does(acme: Organization, alice_scope: Scope) -> None:
    clear = put_values(alice_scope, 30)
    before = raw_values()
    operation = rotated(alice_scope)
    assert operation.state == "succeeded", operation.message
    assert versions_in_use(acme) == {2: 30}
    assert raw_values() == before
    assert read_values(alice_scope) == clear
    assert states(str(acme.id)) == {1: KekState.DISABLED, 2: KekState.ACTIVE}
    verify = Step.objects.using("owner").get(operation=operation, name="verify")
    assert verify.message == "0 of 30 data keys on old versions."


def test_it_goes_in_batches_over_two_halves_and_counts_what_it_did(
    acme: Organization, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.batches_of(7, monkeypatch):
        clear = put_values(alice_scope, 50)
        operation = rotated(alice_scope)
    assert operation.state == "succeeded", operation.message
    ranges = WorkRange.objects.using("owner").filter(rotation__operation_id=operation.id).order_by("name")
    assert [one.name for one in ranges] == ["data keys 1", "data keys 2"]
    assert [one.done for one in ranges] == [one.total for one in ranges]
    assert sum(one.done for one in ranges) == 50
    assert min(one.done for one in ranges) > 20
    assert read_values(alice_scope) == clear


def test_the_trail_tells_of_it(acme: Organization, alice_scope: Scope) -> None:
    put_values(alice_scope, 1)
    operation = rotated(alice_scope)
    told = AuditEvent.objects.using("owner").filter(
        org_id=acme.id, operation_id=operation.id, event__startswith="key:"
    )
    assert [event.event for event in told.order_by("id")] == [
        "key:rotation-started",
        "key:activated",
        "key:rotated",
    ]


def test_a_value_saved_under_the_old_version_at_the_last_moment_is_moved_too(
    acme: Organization, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its data key lies behind the cursor when the ranges are done."""
    clear = put_values(alice_scope, 5)
    moved: list[bool] = []

    def late(*args: Any, **more: Any) -> Any:
        if not moved:
            moved.append(True)
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT id FROM encryption_dek WHERE org_id = %s ORDER BY id LIMIT 1", [acme.id])
                (first,) = cursor.fetchone()
                ring = keyring.keyring(str(acme.id))
                found = deks.fetch(acme.id, [first], using="owner")[first]
                back = ring.kek(1).wrap(first.bytes, ring.kek(2).unwrap(first.bytes, found.wrapped))
                cursor.execute(
                    "UPDATE encryption_dek SET kek_version = 1, wrapped = %s WHERE id = %s", [back, first]
                )
        return prove(*args, **more)

    prove = rotating.prove
    monkeypatch.setattr(rotating, "prove", late)
    operation = rotated(alice_scope)
    assert operation.state == "succeeded", operation.message
    assert versions_in_use(acme) == {2: 5}
    assert read_values(alice_scope) == clear


def test_no_version_is_disabled_while_somebody_saves_under_it(acme: Organization, alice_scope: Scope) -> None:
    put_values(alice_scope, 2)
    name = str(acme.id)
    with alice_scope.entered():
        deks.make(name)
        assert rotating.prove(name, 2, at=now()) is None
    assert rotating.prove(name, 1, at=now()) is not None


def test_a_data_key_that_does_not_open_stops_the_rotation_and_keeps_the_old_version(
    acme: Organization, alice_scope: Scope
) -> None:
    clear = put_values(alice_scope, 9)
    victim = Dek.objects.using("owner").of(acme.id).order_by("id")[4]
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE encryption_dek SET wrapped = %s WHERE id = %s", [b"0" * 60, victim.id])
    operation = rotated(alice_scope)
    assert (operation.state, operation.reason) == ("blocked", "DataKeysUnreadable")
    assert "1 of 9" in operation.message
    assert versions_in_use(acme) == {1: 1, 2: 8}
    assert states(str(acme.id))[1] == KekState.UNWRAPS
    Dek.objects.using("owner").filter(id=victim.id).delete()
    with alice_scope.entered():
        from console.operations.actions import retries

        retries.retry_all(scope=alice_scope, operation=Operation.objects.get(pk=operation.pk))
    assert drive(operation).state == "succeeded"
    assert len(clear) - 1 == versions_in_use(acme)[2]


def test_compromised_gives_every_value_a_fresh_data_key(acme: Organization, alice_scope: Scope) -> None:
    clear = put_values(alice_scope, 12)
    before, envelopes = set(Dek.objects.using("owner").of(acme.id).values_list("id", flat=True)), raw_values()
    operation = rotated(alice_scope, compromised=True, typed="Acme Bank")
    assert operation.state == "succeeded", operation.message
    after = set(Dek.objects.using("owner").of(acme.id).values_list("id", flat=True))
    assert not before & after
    assert len(after) == 12
    assert not set(envelopes.values()) & set(raw_values().values())
    assert read_values(alice_scope) == clear
    assert versions_in_use(acme) == {2: 12}


def test_compromised_wants_the_name_typed(alice_scope: Scope) -> None:
    with alice_scope.entered(), pytest.raises(keys.NameNotTyped, match="Type Acme Bank"):
        keys.rotate(scope=alice_scope, compromised=True, typed="acme")


def test_who_may_not_manage_keys_cannot_rotate(bob: Any, acme: Organization, scope_of: Any) -> None:
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        keys.rotate(scope=scope)


def test_one_rotation_at_a_time(alice_scope: Scope) -> None:
    with alice_scope.entered():
        keys.rotate(scope=alice_scope)
    with alice_scope.entered(), pytest.raises(OperationGoingOn):
        keys.rotate(scope=alice_scope)


def test_further_keyrings_of_the_organization_rotate_along_and_do_not_mix(
    acme: Organization, alice_scope: Scope
) -> None:
    put_values(alice_scope, 3)
    authority = f"{acme.id}.ca.{uuid4()}"
    with alice_scope.entered():
        (root,) = deks.make(authority)
    operation = rotated(alice_scope)
    assert operation.state == "succeeded", operation.message
    assert (states(str(acme.id)), states(authority)) == (
        {1: "disabled", 2: "active"},
        {1: "disabled", 2: "active"},
    )
    found = deks.fetch(acme.id, [root.id], using="owner")[root.id]
    assert deks.unwrapped(authority, found) == root.key
    verify = Step.objects.using("owner").get(operation=operation, name="verify")
    assert verify.message == "0 of 4 data keys on old versions."


def test_a_region_that_says_nothing_of_its_key_is_reported_so(acme: Organization, alice_scope: Scope) -> None:
    with alice_scope.entered():
        Recipient.objects.create(
            org_id=acme.id, region_id=uuid4(), name="prod-eu-central-1", host="r.example.com", bucket="b",
            state="active", public_key="{}", key_id="k",
        )  # fmt: skip
    operation = rotated(alice_scope)
    step = Step.objects.using("owner").get(operation=operation, name="region-1")
    assert "keeps its own key and rotates it itself; it reports nothing" in step.message
    assert step.facts == {"kept_by_region": True}


def test_a_pause_stops_it_and_full_speed_lets_it_go_on(
    acme: Organization, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrets_app.steps import keys as steps

    monkeypatch.setattr(steps, "STILL_PAUSED", timedelta(milliseconds=50))
    put_values(alice_scope, 4)
    with alice_scope.entered():
        keys.pace(scope=alice_scope, rows_a_second=0)
        operation = keys.rotate(scope=alice_scope)
    with pytest.raises(AssertionError, match="did not end"):
        monkeypatch.setattr(world, "PATIENCE_SECONDS", 1)
        drive(operation)
    assert versions_in_use(acme) == {1: 4}
    monkeypatch.setattr(world, "PATIENCE_SECONDS", 60)
    with alice_scope.entered():
        keys.pace(scope=alice_scope, rows_a_second=None)
    assert drive(operation).state == "succeeded"


def test_a_slow_pace_is_kept(acme: Organization, alice_scope: Scope) -> None:
    put_values(alice_scope, 60)
    with alice_scope.entered():
        keys.pace(scope=alice_scope, rows_a_second=40)
    began = now()
    operation = rotated(alice_scope)
    assert operation.state == "succeeded"
    assert now() - began >= timedelta(seconds=0.9)


def test_what_is_due_by_schedule_begins_by_itself(acme: Organization, alice_scope: Scope) -> None:
    put_values(alice_scope, 2)
    with alice_scope.entered():
        keys.settle(scope=alice_scope, rotate_days=90, hold_days=30)
    key_sweeps.sweep(at=now())
    assert not Operation.objects.using("owner").filter(org_id=acme.id).exists()
    key_sweeps.sweep(at=now() + timedelta(days=90, minutes=1))
    operation = Operation.objects.using("owner").get(org_id=acme.id)
    assert drive(operation).state == "succeeded"
    rotation = Rotation.objects.using("owner").get(operation_id=operation.id)
    assert (rotation.cause, rotation.deks) == (Cause.SCHEDULE, 2)
    policy = KeyPolicy.objects.using("owner").get(org_id=acme.id)
    assert policy.next_rotation_at is not None
    assert policy.next_rotation_at > now() + timedelta(days=89)


def test_a_disabled_version_is_destroyed_after_its_hold_and_not_before(
    acme: Organization, alice_scope: Scope
) -> None:
    clear = put_values(alice_scope, 2)
    rotated(alice_scope)
    key_sweeps.sweep(at=now() + timedelta(days=29))
    assert states(str(acme.id))[1] == KekState.DISABLED
    key_sweeps.sweep(at=now() + timedelta(days=31))
    assert states(str(acme.id))[1] == KekState.DESTROYED
    assert AuditEvent.objects.using("owner").filter(org_id=acme.id, event="key:destroyed").count() == 1
    assert read_values(alice_scope) == clear


def test_a_version_with_data_keys_under_it_is_never_destroyed(acme: Organization, alice_scope: Scope) -> None:
    clear = put_values(alice_scope, 2)
    store().add_version(str(acme.id))
    store().disable(str(acme.id), 1, now())
    key_sweeps.sweep(at=now() + timedelta(days=400))
    store().enable(str(acme.id), 1)
    assert read_values(alice_scope) == clear


@pytest.mark.parametrize("how", [[], ["--compromised"]])
def test_the_platforms_keyring_rotates_by_a_command(db: None, how: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        device = TotpDevice.objects.create(user=make_person("Dana"), secret="JBSWY3DPEHPK3PXP", confirmed_at=now())
    call_command("rotate_platform_keys", *how, verbosity=0)
    operation = Operation.objects.using("owner").get(org_id=NOBODY)
    assert drive(operation).state == "succeeded"
    assert states(PLATFORM) == {1: KekState.DISABLED, 2: KekState.ACTIVE}
    assert TotpDevice.objects.get(pk=device.pk).secret == "JBSWY3DPEHPK3PXP"


def test_verification_by_hand_counts_without_changing_anything(acme: Organization, alice_scope: Scope) -> None:
    put_values(alice_scope, 3)
    with alice_scope.entered():
        assert keys.verify(scope=alice_scope) == (3, 0)
    store().add_version(str(acme.id))
    with alice_scope.entered():
        assert keys.verify(scope=alice_scope) == (3, 3)
    assert SecretVersion.objects.using("owner").count() == 3


def test_a_data_key_said_to_be_under_a_version_that_is_gone_stops_the_rotation_with_a_reason(
    acme: Organization, alice_scope: Scope
) -> None:
    put_values(alice_scope, 3)
    rotated(alice_scope)
    with connections["owner"].cursor() as cursor:
        first = "SELECT id FROM encryption_dek ORDER BY id LIMIT 1"
        cursor.execute(f"UPDATE encryption_dek SET kek_version = 1 WHERE id = ({first})")
    operation = rotated(alice_scope)
    assert (operation.state, operation.reason) == ("blocked", "DataKeysUnreadable")
    assert versions_in_use(acme) == {1: 1, 3: 2}
