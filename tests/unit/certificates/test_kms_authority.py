"""A region whose authority the customer's KMS key signs: the key never leaves the customer's account."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from console.audit.models import AuditEvent
from console.kernel import queue
from console.kernel.scope import Scope
from console.operations.actions import retries
from console.operations.engine.shift import Shift
from console.operations.models import Operation
from regions.actions.kms_keys import ConnectedKmsKeys, KmsKeyUnusable
from regions.clouds.aws.signing_keys import AwsKmsSigning
from secrets_app import signing_keys
from secrets_app.actions import authorities, certificates
from secrets_app.actions.authorities import RootExists
from secrets_app.models import CertificateAuthority, Level
from tests.unit.certificates.handshakes import both_ways
from tests.unit.certificates.world import PaperRegion, World
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections.conftest import way as way_fixture
from tests.unit.secrets_app.key_customer import Customer
from tests.unit.secrets_app.rotating import QUICK, drive

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
way = way_fixture


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)


@pytest.fixture
def customer(door: FrontDoor, way: Any, alice_scope: Scope) -> Iterator[Customer]:
    before = (list(signing_keys._places), list(signing_keys._keys))
    signing_keys.bind(places=ConnectedKmsKeys(), keys=AwsKmsSigning(door.vendor()[0]))
    yield Customer(door, alice_scope)
    signing_keys._places[:], signing_keys._keys[:] = before


@pytest.fixture
def running(world: World) -> World:
    """Both regions hold a certificate for an app."""
    with world.scope.entered():
        for region in world.regions:
            region_id = region.recipient.region_id
            certificates.issue(scope=world.scope, region_id=region_id, app="ledger", project="core")
    world.settle()
    return world


def trusted(world: World, arn: str) -> Operation:
    with world.scope.entered():
        operation = authorities.trust_kms_root(scope=world.scope, plane_id=world.plane.id, arn=arn)
    return drive(operation)


def asked(world: World, region: PaperRegion) -> None:
    """The region's authority is to come from the customer's CA; it makes a key and a request."""
    with world.scope.entered():
        authorities.use_own_ca(scope=world.scope, region_id=region.recipient.region_id)
    world.turn(3)


def signing(world: World) -> Operation:
    return Operation.objects.using("owner").filter(org_id=world.scope.org_id, kind="sign-by-kms").latest("id")


def root_of(world: World, operation: Operation) -> CertificateAuthority:
    step = operation.steps.using("owner").get()
    with world.scope.entered():
        rows = CertificateAuthority.objects.visible_to(world.scope).with_certificate()
        found: CertificateAuthority = rows.get(pk=UUID(step.facts["authority"]))
    return found


def test_the_key_signs_the_regions_authority_and_regions_of_both_kinds_talk(
    running: World, customer: Customer
) -> None:
    frankfurt, dublin = running.regions
    operation = trusted(running, customer.signing_key())
    assert operation.state == "succeeded", operation.message
    running.settle()
    asked(running, frankfurt)
    both_ways(frankfurt, dublin)
    signed = drive(signing(running))
    assert signed.state == "succeeded", signed.message
    running.turn(5, before=lambda: both_ways(frankfurt, dublin))
    trust = running.trust(frankfurt)
    assert trust.intermediate is not None
    assert trust.intermediate.issuer == root_of(running, operation).certificate
    leaf = next(row for row in running.certificates(frankfurt, level=Level.LEAF) if row.state == "valid")
    assert leaf.issuer == trust.intermediate
    both_ways(frankfurt, dublin)
    events = AuditEvent.objects.using("owner").filter(org_id=running.scope.org_id, event="authority:trusted")
    assert events.get().facts["key"].startswith("arn:aws:kms:")


def test_it_waits_until_every_region_trusts_the_root(running: World, customer: Customer) -> None:
    frankfurt, dublin = running.regions
    dublin.asleep = True
    trusted(running, customer.signing_key())
    asked(running, frankfurt)
    operation = signing(running)
    Shift(QUICK).work()
    assert "dublin has yet to confirm" in operation.steps.using("owner").get().message
    dublin.asleep = False
    running.turn(3)
    assert drive(operation).state == "succeeded"


def test_a_key_that_is_taken_away_blocks_with_the_words_of_kms_and_given_back_signs(
    running: World, customer: Customer
) -> None:
    arn = customer.signing_key()
    trusted(running, arn)
    running.settle()
    customer.kms.disable_key(KeyId=arn)
    asked(running, running.regions[0])
    operation = drive(signing(running))
    assert operation.state == "blocked"
    assert "DisabledException" in operation.message
    running.turn(3)
    assert signing(running) == operation, "one operation for one request"
    customer.kms.enable_key(KeyId=arn)
    with running.scope.entered():
        retries.retry_all(scope=running.scope, operation=operation)
    assert drive(operation).state == "succeeded"


@pytest.mark.parametrize(
    ("made", "words"), [({"tagged": False}, "AccessDenied"), ({"spec": "ECC_NIST_P384"}, "no ECDSA key on P-256")]
)
def test_an_untagged_key_and_one_of_another_kind_are_refused(
    world: World, customer: Customer, made: dict[str, Any], words: str
) -> None:
    operation = trusted(world, customer.signing_key(**made))
    assert operation.state == "blocked"
    assert words in operation.message


def test_a_key_is_a_root_once_and_needs_a_connection(world: World, customer: Customer) -> None:
    arn = customer.signing_key()
    trusted(world, arn)
    for wrong, refusal in ((arn, RootExists), (arn.replace(customer.account_id, "9" * 12), KmsKeyUnusable)):
        with world.scope.entered(), pytest.raises(refusal):
            authorities.trust_kms_root(scope=world.scope, plane_id=world.plane.id, arn=wrong)
