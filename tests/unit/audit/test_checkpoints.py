"""Checkpoints, tombstones and their keys."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connections

from accounts.models import Organization
from console.audit import signing
from console.audit.actions import checkpoints, partitions, retention, signing_keys
from console.audit.actions import events as audit
from console.audit.findings import Kind
from console.audit.models import PLATFORM, AuditCheckpoint, AuditEvent, AuditSigningKey, AuditTombstone
from console.audit.readings.verification import check
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Actor, ActorKind, Scope
from tests.unit.audit.conftest import Tamper, links

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SYSTEM = Actor(ActorKind.SYSTEM, "console", "BYOC Console")


def happen(scope: Scope, acme: Organization, *, times: int = 3, age: timedelta = timedelta(0)) -> None:
    for number in range(times):
        at = now() - age + timedelta(seconds=number)
        made = AuditEvent(
            id=UUID(int=retention.first_id(at).int + (7 << 76) + (2 << 62) + number),
            org_id=acme.id, at=at, event="region:changed", actor_kind="user", actor_label="Alice",
        )  # fmt: skip
        with scope.entered():
            audit.sealed(made).save(force_insert=True)


def test_every_chain_that_grew_is_signed_and_no_other(alice_scope: Scope, acme: Organization) -> None:
    happen(alice_scope, acme)
    audit.record_platform(SYSTEM, "a:b")
    assert checkpoints.checkpoint_grown() == 2
    assert checkpoints.checkpoint_grown() == 0
    happen(alice_scope, acme)
    assert checkpoints.checkpoint_grown() == 1
    rows = AuditCheckpoint.objects.using("owner").filter(org_id=acme.id).order_by("seq")
    assert [row.seq for row in rows] == [3, 6]
    key = AuditSigningKey.objects.get()
    said = signing.said_by(bytes(key.public_key), rows[1].statement, bytes(rows[1].signature))
    assert said is not None
    assert said["hash"] == bytes(links(acme.id)[5].hash).hex()
    assert check(acme.id, using="owner").signed_through == 6


def test_a_person_signs_and_gets_the_same_again(alice_scope: Scope, acme: Organization) -> None:
    happen(alice_scope, acme)
    with alice_scope.entered():
        one = checkpoints.checkpoint(scope=alice_scope)
    assert one.seq == 3
    assert len(links(acme.id)) == 4


@pytest.mark.parametrize("keeping", [8, 3])
def test_a_cut_tail_is_found_by_the_checkpoint(
    alice_scope: Scope, acme: Organization, tamper: Tamper, keeping: int
) -> None:
    happen(alice_scope, acme, times=9)
    checkpoints.checkpoint_grown()
    gone = [link.event_id for link in links(acme.id)[keeping:]]
    tamper("DELETE FROM audit_link WHERE org_id = %s AND seq > %s", acme.id, keeping)
    tamper("DELETE FROM audit_event WHERE id = ANY(%s)", gone)
    (finding,) = check(acme.id, using="owner").findings
    assert (finding.seq, finding.kind) == (9, Kind.CUT)
    assert f"ends at link {keeping}" in finding.sentence


def test_a_chain_that_was_written_anew_is_found_by_the_checkpoint(
    alice_scope: Scope, acme: Organization, tamper: Tamper
) -> None:
    happen(alice_scope, acme)
    checkpoints.checkpoint_grown()
    for table in ("audit_link", "audit_event"):
        tamper(f"DELETE FROM {table} WHERE org_id = %s", acme.id)
    happen(alice_scope, acme)
    assert [each.kind for each in check(acme.id, using="owner").findings] == [Kind.REWRITTEN]


def test_a_forged_checkpoint_is_named(alice_scope: Scope, acme: Organization, tamper: Tamper) -> None:
    happen(alice_scope, acme)
    checkpoints.checkpoint_grown()
    tamper("UPDATE audit_checkpoint SET statement = replace(statement, '\"seq\":3', '\"seq\":2'), seq = 2")
    assert [(each.seq, each.kind) for each in check(acme.id, using="owner").findings] == [(2, Kind.SIGNATURE)]


def test_keys_rotate_and_what_the_old_one_signed_still_holds(alice_scope: Scope, acme: Organization) -> None:
    happen(alice_scope, acme)
    checkpoints.checkpoint_grown()
    old = AuditSigningKey.objects.active().get()
    new = signing_keys.rotate(actor=SYSTEM)
    happen(alice_scope, acme)
    checkpoints.checkpoint_grown()
    rows = AuditCheckpoint.objects.using("owner").filter(org_id=acme.id).order_by("seq")
    assert [row.key_id for row in rows] == [old.id, new.id]
    assert check(acme.id, using="owner").signed_through == 6
    assert AuditEvent.objects.using("owner").filter(event="signing-key:rotated").exists()


def test_the_private_key_lies_encrypted(acme: Organization) -> None:
    private = signing_keys.signer().private_key
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT private_key FROM audit_signing_key")
        (stored,) = cursor.fetchone()
    assert private not in bytes(stored)
    assert private.hex().encode() not in bytes(stored)


# --- retention ---


def test_what_is_older_than_the_retention_goes_and_the_chain_still_verifies(
    alice_scope: Scope, acme: Organization
) -> None:
    happen(alice_scope, acme, times=5, age=timedelta(days=120))
    happen(alice_scope, acme, times=2)
    with alice_scope.entered():
        assert retention.purge(scope=alice_scope) == 0
        retention.set_retention(scope=alice_scope, days=100)
        assert retention.purge(scope=alice_scope) == 5
    assert AuditEvent.objects.using("owner").filter(org_id=acme.id, event="region:changed").count() == 2
    assert [link.seq for link in links(acme.id)] == list(range(1, 10))
    seen = check(acme.id, using="owner")
    assert (seen.ok, seen.purged, seen.checked) == (True, 5, 9)
    assert check(acme.id, using="owner", processes=2) == seen


def test_the_worker_purges_stretch_by_stretch(
    alice_scope: Scope, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(alice_scope, acme, times=5, age=timedelta(days=120))
    with alice_scope.entered():
        retention.set_retention(scope=alice_scope, days=100)
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    assert retention.purge_all(at=now()) == 5
    assert AuditTombstone.objects.using("owner").filter(org_id=acme.id).count() == 3
    seen = check(acme.id, using="owner")
    assert (seen.ok, seen.purged) == (True, 5)


def test_an_event_purged_without_a_signed_tombstone_is_deleted(
    alice_scope: Scope, acme: Organization, tamper: Tamper
) -> None:
    happen(alice_scope, acme, times=5, age=timedelta(days=120))
    with alice_scope.entered():
        retention.set_retention(scope=alice_scope, days=100)
    retention.purge_all(at=now())
    tamper("UPDATE audit_tombstone SET signature = sha256(signature) || sha256(signature)")
    kinds = {each.kind for each in check(acme.id, using="owner").findings}
    assert kinds == {Kind.SIGNATURE, Kind.DELETED}


def test_the_database_refuses_to_purge_what_retention_keeps(alice_scope: Scope, acme: Organization) -> None:
    happen(alice_scope, acme)
    with alice_scope.entered():
        retention.set_retention(scope=alice_scope, days=100)
    for org_id in (acme.id, PLATFORM):
        with pytest.raises(DatabaseError), alice_scope.entered(), connections["default"].cursor() as cursor:
            cursor.execute(retention.PURGE, [org_id, 2, acme.id, "", acme.id, b""])


@pytest.mark.parametrize("days", [0, 89, 40_000])
def test_retention_has_limits(alice_scope: Scope, days: int) -> None:
    with alice_scope.entered(), pytest.raises(retention.RetentionUnfit):
        retention.set_retention(scope=alice_scope, days=days)


def test_retention_is_an_act_of_an_owner(bob: object, acme: Organization, scope_of: object) -> None:
    scope = scope_of(bob, acme)  # type: ignore[operator]
    with scope.entered(), pytest.raises(Refused):
        retention.set_retention(scope=scope, days=100)


# --- partitions ---


def test_months_are_made_ahead_and_late_ones_take_over_what_is_theirs(
    alice_scope: Scope, acme: Organization
) -> None:
    age = timedelta(days=700)
    happen(alice_scope, acme, times=2, age=age)
    assert partitions.keep_ahead(today=now().date()) in {0, 1}
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event_default")
        assert cursor.fetchone() == (2,)
        day = (now() - age).date()
        cursor.execute("SELECT audit_keep_partitions(%s, %s)", [day, day])
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM audit_event_default")
        assert cursor.fetchone() == (0,)
        cursor.execute(f"SELECT count(*) FROM audit_event_{day:%Y_%m}")
        assert cursor.fetchone() == (2,)
        assert check(acme.id, using="owner").ok
        cursor.execute(f"DROP TABLE audit_event_{day:%Y_%m}")
