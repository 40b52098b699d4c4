"""An organization's keys under its own KMS key: moved, revoked, given back, rehearsed."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Organization
from console.audit.models import AuditEvent
from console.encryption import keyring, roots
from console.encryption.keyring import CACHE_SECONDS, REFUSED_SECONDS, KeyUnavailable, store
from console.encryption.models import Rehearsal
from console.encryption.roots import AWS_KMS, FILE
from console.kernel import queue
from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.actions import connections
from regions.actions.kms_keys import KmsKeyUnusable
from regions.clouds.aws.root_keys import AwsKmsRoot
from secrets_app.actions import key_roots, keys
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections.conftest import way as way_fixture
from tests.unit.secrets_app.key_customer import Customer
from tests.unit.secrets_app.rotating import drive, put_values, read_values

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
way = way_fixture


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)


@pytest.fixture
def customer(door: FrontDoor, way: Any, alice_scope: Scope) -> Iterator[Customer]:
    before = roots.provider(roots.Root(AWS_KMS))
    roots.bind(AWS_KMS, AwsKmsRoot(door.vendor()[0]))
    yield Customer(door, alice_scope)
    roots.bind(AWS_KMS, before)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    keyring.use_clock(clock)
    yield clock
    keyring.use_clock()


def moved(scope: Scope, arn: str) -> Operation:
    with scope.entered():
        operation = key_roots.move(scope=scope, arn=arn)
    return drive(operation)


def test_every_version_moves_under_the_customers_key_and_values_stay(
    customer: Customer, acme: Organization, alice_scope: Scope
) -> None:
    clear = put_values(alice_scope, 3)
    store().add_version(str(acme.id))
    operation = moved(alice_scope, customer.key)
    assert operation.state == "succeeded", operation.message
    versions = store().versions(str(acme.id))
    assert {(one.root.kind, one.root.place["key"]) for one in versions} == {(AWS_KMS, customer.key)}
    keyring.forget()
    assert read_values(alice_scope) == clear
    folder = store().folder / str(acme.id)
    assert sorted(file.name for file in folder.iterdir()) == ["1.2.key", "2.2.key"]
    told = AuditEvent.objects.using("owner").filter(org_id=acme.id, event="key:moved").get()
    assert (told.facts["root"], told.facts["versions"]) == (AWS_KMS, 2)


def test_a_rotation_keeps_the_root_and_going_back_needs_the_key(
    customer: Customer, acme: Organization, alice_scope: Scope
) -> None:
    clear = put_values(alice_scope, 2)
    moved(alice_scope, customer.key)
    with alice_scope.entered():
        operation = keys.rotate(scope=alice_scope)
    assert drive(operation).state == "succeeded"
    assert {one.root.kind for one in store().versions(str(acme.id))} == {AWS_KMS}
    assert moved(alice_scope, "").state == "succeeded"
    assert {one.root.kind for one in store().versions(str(acme.id))} == {FILE}
    assert read_values(alice_scope) == clear


def test_revoking_the_key_makes_values_unreadable_within_the_stated_time_and_giving_it_back_restores_them(
    customer: Customer, acme: Organization, alice_scope: Scope, clock: Clock
) -> None:
    clear = put_values(alice_scope, 3)
    moved(alice_scope, customer.key)
    keyring.forget()
    assert read_values(alice_scope) == clear
    customer.kms.disable_key(KeyId=customer.key)
    clock.at = CACHE_SECONDS - 1
    assert read_values(alice_scope) == clear
    clock.at = CACHE_SECONDS
    with pytest.raises(KeyUnavailable, match="DisabledException") as caught:
        read_values(alice_scope)
    assert isinstance(caught.value, ConsoleError)
    with pytest.raises(KeyUnavailable), alice_scope.entered():
        keys_cannot_be_made(acme)
    customer.kms.enable_key(KeyId=customer.key)
    clock.at += REFUSED_SECONDS
    assert read_values(alice_scope) == clear


def keys_cannot_be_made(organization: Organization) -> None:
    from console.encryption import deks

    deks.make(str(organization.id))


def test_a_refusal_is_not_asked_for_again_at_once(
    customer: Customer, alice_scope: Scope, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_values(alice_scope, 1)
    moved(alice_scope, customer.key)
    customer.kms.disable_key(KeyId=customer.key)
    keyring.forget()
    asked: list[str] = []
    unwrap = AwsKmsRoot.unwrap

    def counted(root: AwsKmsRoot, *given: Any) -> bytes:
        asked.append("unwrap")
        return unwrap(root, *given)

    monkeypatch.setattr(AwsKmsRoot, "unwrap", counted)
    for _ in range(5):
        with pytest.raises(KeyUnavailable):
            read_values(alice_scope)
    assert len(asked) == 1


def rehearsed(scope: Scope) -> Rehearsal:
    with scope.entered():
        operation = key_roots.rehearse(scope=scope)
    drive(operation)
    with scope.entered():
        found: Rehearsal = Rehearsal.objects.visible_to(scope).newest_first()[0]
    return found


def test_a_rehearsal_says_what_was_measured_with_the_key_and_without(
    customer: Customer, acme: Organization, alice_scope: Scope
) -> None:
    put_values(alice_scope, 1)
    moved(alice_scope, customer.key)
    read_values(alice_scope)
    with_key = rehearsed(alice_scope)
    assert with_key.readable
    assert [line["readable"] for line in with_key.measured] == [None, True, True]
    assert with_key.measured[0]["words"] == "an unwrapped key, forgotten now"
    assert customer.key.rpartition("/")[2] in with_key.measured[1]["words"]
    customer.kms.disable_key(KeyId=customer.key)
    without = rehearsed(alice_scope)
    assert not without.readable
    assert [line["readable"] for line in without.measured] == [None, False, False]
    assert "DisabledException" in without.measured[1]["words"]
    assert AuditEvent.objects.using("owner").filter(org_id=acme.id, event="key:revocation-rehearsed").count() == 2


def test_a_key_that_cannot_be_used_is_refused_before_anything_moves(
    customer: Customer, acme: Organization, alice_scope: Scope
) -> None:
    clear = put_values(alice_scope, 1)
    customer.kms.disable_key(KeyId=customer.key)
    operation = moved(alice_scope, customer.key)
    assert (operation.state, operation.reason) == ("blocked", "RootKeyRefused")
    assert {one.root.kind for one in store().versions(str(acme.id))} == {FILE}
    assert read_values(alice_scope) == clear


@pytest.mark.parametrize("arn", ["alias/mine", "arn:aws:kms:eu-central-1:999999999999:key/unknown-account"])
def test_a_key_that_no_connection_leads_to_is_said_so(alice_scope: Scope, arn: str) -> None:
    with alice_scope.entered(), pytest.raises(KmsKeyUnusable):
        key_roots.move(scope=alice_scope, arn=arn)


def test_a_connection_that_leads_to_the_root_key_is_not_revoked(customer: Customer, alice_scope: Scope) -> None:
    put_values(alice_scope, 1)
    moved(alice_scope, customer.key)
    with alice_scope.entered(), pytest.raises(connections.ConnectionInUse, match="wrapped by a KMS key"):
        connections.revoke(scope=alice_scope, connection=customer.connection, typed=customer.connection.name)
