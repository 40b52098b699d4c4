"""A region whose authority the customer's own CA issues, beside one that comes from the plane's root."""

from dataclasses import replace

import pytest

from console.kernel.errors import Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app.actions import authorities, certificates
from secrets_app.actions.authorities import NothingRequested, RootUntrusted
from secrets_app.models import AuthoritySource, Level, TrustBundle
from secrets_app.pki import keys, pem, requests
from secrets_app.pki.refusals import PkiRefused
from tests.unit.certificates.bank import BankCA
from tests.unit.certificates.handshakes import both_ways
from tests.unit.certificates.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(world: World) -> BankCA:
    with world.scope.entered():
        for region in world.regions:
            certificates.issue(
                scope=world.scope, region_id=region.recipient.region_id, app="ledger", project="core"
            )
    world.settle()
    return BankCA()


def trust_it(world: World, bank: BankCA) -> None:
    with world.scope.entered():
        authorities.trust_root(scope=world.scope, plane_id=world.plane.id, root_pem=bank.pem)


def ask_frankfurt(world: World) -> str:
    """Frankfurt's authority is to come from the bank; return its request."""
    with world.scope.entered():
        authorities.use_own_ca(scope=world.scope, region_id=world.regions[0].recipient.region_id)
    world.turn(3)
    return world.trust(world.regions[0]).request_pem


def give(world: World, chain: str) -> None:
    with world.scope.entered():
        authorities.import_intermediate(
            scope=world.scope, region_id=world.regions[0].recipient.region_id, chain_pem=chain
        )


def test_regions_of_both_kinds_talk(world: World, bank: BankCA) -> None:
    frankfurt, dublin = world.regions
    trust_it(world, bank)
    world.settle()
    request = ask_frankfurt(world)
    both_ways(frankfurt, dublin)
    give(world, bank.signs(request, frankfurt.recipient.host))
    world.turn(5, before=lambda: both_ways(frankfurt, dublin))
    trust = world.trust(frankfurt)
    assert trust.intermediate is not None
    assert trust.intermediate.issuer is not None
    assert trust.intermediate.issuer.fingerprint == pem.fingerprint(bank.root)
    leaf = next(row for row in world.certificates(frankfurt, level=Level.LEAF) if row.state == "valid")
    assert leaf.issuer == trust.intermediate
    both_ways(frankfurt, dublin)


def test_nothing_is_imported_before_every_region_trusts_the_root(world: World, bank: BankCA) -> None:
    frankfurt, dublin = world.regions
    dublin.asleep = True
    trust_it(world, bank)
    request = ask_frankfurt(world)
    with pytest.raises(RootUntrusted, match="dublin has not confirmed"):
        give(world, bank.signs(request, frankfurt.recipient.host))


def test_the_request_is_not_signed_by_the_planes_root_meanwhile(world: World, bank: BankCA) -> None:
    trust_it(world, bank)
    world.settle()
    before = world.trust(world.regions[0]).intermediate
    ask_frankfurt(world)
    world.turn(3)
    assert world.trust(world.regions[0]).intermediate == before


def test_a_certificate_for_other_names_or_another_key_is_refused(world: World, bank: BankCA) -> None:
    frankfurt = world.regions[0]
    trust_it(world, bank)
    world.settle()
    request = ask_frankfurt(world)
    other = requests.request(keys.KeySigner(keys.generate())).decode()
    for chain in (
        bank.signs(request, "dublin.regions.example.com"),
        bank.signs(other, frankfurt.recipient.host),
        BankCA().signs(request, frankfurt.recipient.host),
        bank.pem,
        "nonsense",
    ):
        with pytest.raises(PkiRefused):
            give(world, chain)


def test_what_nobody_asked_for_is_not_imported(world: World, bank: BankCA) -> None:
    trust_it(world, bank)
    with pytest.raises(NothingRequested):
        give(world, bank.pem)


def test_a_root_is_added_once_and_only_if_it_is_one(world: World, bank: BankCA) -> None:
    trust_it(world, bank)
    trust_it(world, bank)
    with world.scope.entered():
        newest = TrustBundle.objects.visible_to(world.scope).newest_first()[0]
    assert (newest.version, len(newest.roots)) == (2, 2)
    leaf = world.certificates(level=Level.LEAF)[0]
    for wrong in (leaf.pem, "nonsense", bank.pem * 2):
        with world.scope.entered(), pytest.raises(PkiRefused):
            authorities.trust_root(scope=world.scope, plane_id=world.plane.id, root_pem=wrong)


def test_the_way_back_leads_to_the_planes_root(world: World, bank: BankCA) -> None:
    frankfurt, dublin = world.regions
    trust_it(world, bank)
    world.settle()
    give(world, bank.signs(ask_frankfurt(world), frankfurt.recipient.host))
    world.settle()
    with world.scope.entered():
        authorities.use_plane_root(scope=world.scope, region_id=frankfurt.recipient.region_id)
    world.settle()
    trust = world.trust(frankfurt)
    assert trust.intermediate is not None
    assert trust.intermediate.issuer is not None
    with world.scope.entered():
        assert trust.intermediate.issuer.authority.source == AuthoritySource.CONSOLE
    both_ways(frankfurt, dublin)


def test_it_takes_the_permission(world: World, bank: BankCA) -> None:
    weak: Scope = replace(world.scope, permissions=frozenset({Permission.CERTIFICATE_VIEW}))
    region_id = world.regions[0].recipient.region_id
    with weak.entered():
        for act in (
            lambda: authorities.trust_root(scope=weak, plane_id=world.plane.id, root_pem=bank.pem),
            lambda: authorities.use_own_ca(scope=weak, region_id=region_id),
            lambda: authorities.use_plane_root(scope=weak, region_id=region_id),
            lambda: authorities.import_intermediate(scope=weak, region_id=region_id, chain_pem=bank.pem),
            lambda: authorities.create_plane_root(scope=weak, plane_id=world.plane.id),
        ):
            with pytest.raises(Refused):
                act()
