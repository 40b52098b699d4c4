"""Certificates are taken back, renewed in time, and lists never grow old."""

from datetime import timedelta

import pytest
from cryptography import x509

from console.audit.models import AuditEvent
from console.encryption.keyring import KeyUnavailable
from console.kernel.clock import now
from secrets_app.actions import certificate_upkeep, certificates, recipients
from secrets_app.models import (
    Certificate,
    CertificateAuthority,
    CertificateState,
    Level,
    RevocationList,
    Why,
)
from secrets_app.pki.profiles import CRL_PUBLISHED_EVERY
from secrets_app.trust import roots
from secrets_app.trust.revocations import NotRevocable
from tests.unit.certificates.handshakes import HandshakeRefused, both_ways, talk
from tests.unit.certificates.world import PaperRegion, World

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def talking(world: World) -> World:
    with world.scope.entered():
        for region in world.regions:
            certificates.issue(
                scope=world.scope, region_id=region.recipient.region_id, app="ledger", project="core"
            )
    world.settle()
    return world


def revoke(world: World, certificate: Certificate, why: Why = Why.KEY_COMPROMISE) -> None:
    with world.scope.entered():
        certificates.revoke(
            scope=world.scope, certificate_id=certificate.id, why=why, typed_name=certificate.common_name
        )


def leaf_of(world: World, region: PaperRegion) -> Certificate:
    return next(row for row in world.certificates(region, level=Level.LEAF) if row.state == "valid")


def test_a_revoked_leaf_is_refused_by_the_other_region(talking: World) -> None:
    """Whoever stole the key still has it; Dublin no longer listens."""
    frankfurt, dublin = talking.regions
    stolen = frankfurt.certificates.holds.leaves["ledger.core"]
    revoke(talking, leaf_of(talking, frankfurt))
    talking.turn(4)
    both_ways(frankfurt, dublin)
    assert frankfurt.certificates.holds.leaves["ledger.core"].serial != stolen.serial
    frankfurt.certificates.holds.leaves["ledger.core"] = stolen
    with pytest.raises(HandshakeRefused, match="dublin refuses frankfurt: revoked"):
        talk(frankfurt, dublin)


def test_a_leafs_list_is_made_in_its_region_and_reaches_all(talking: World) -> None:
    frankfurt, dublin = talking.regions
    leaf = leaf_of(talking, frankfurt)
    assert leaf.issuer is not None
    revoke(talking, leaf)
    talking.turn(4)
    with talking.scope.entered():
        lists = RevocationList.objects.visible_to(talking.scope).of_issuer(leaf.issuer.id).get()
    assert lists.serials == [leaf.serial]
    assert lists.pem in dublin.certificates.holds.lists
    for region in talking.regions:
        trust = talking.trust(region)
        assert trust.applied_lists == trust.lists_digest


def test_a_revoked_authority_is_replaced_with_a_new_key_and_its_leaves_are_dead(talking: World) -> None:
    frankfurt, dublin = talking.regions
    before = talking.trust(frankfurt).intermediate
    assert before is not None
    revoke(talking, before)
    talking.settle()
    after = talking.trust(frankfurt).intermediate
    assert after is not None
    assert after.key_id != before.key_id
    both_ways(frankfurt, dublin)
    with talking.scope.entered():
        root = CertificateAuthority.objects.visible_to(talking.scope).get()
        (made,) = RevocationList.objects.visible_to(talking.scope).of_issuer(root.certificate_id)
    assert made.serials == [before.serial]
    entry = x509.load_pem_x509_crl(made.pem.encode()).get_revoked_certificate_by_serial_number(
        int(before.serial, 16)
    )
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise


def test_a_root_is_rotated_not_revoked(talking: World) -> None:
    with pytest.raises(NotRevocable, match="believe a root"):
        revoke(talking, talking.certificates(level=Level.ROOT)[0])


def test_nothing_is_revoked_twice(talking: World) -> None:
    leaf = leaf_of(talking, talking.regions[0])
    revoke(talking, leaf)
    with pytest.raises(NotRevocable, match="already"):
        revoke(talking, leaf)


def test_a_leaf_that_is_used_although_revoked_is_said(talking: World) -> None:
    frankfurt = talking.regions[0]
    revoke(talking, leaf_of(talking, frankfurt))
    frankfurt.asleep = True
    body = talking.buckets.objects[frankfurt.recipient.bucket, "region/leaves.json"]
    frankfurt.says("region/leaves.json", body + b" ")
    talking.turn()
    with talking.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "revoked and still in use" in frankfurt.recipient.trouble


def test_a_list_that_goes_back_in_time_is_refused(talking: World) -> None:
    frankfurt = talking.regions[0]
    old = talking.buckets.objects[frankfurt.recipient.bucket, "region/crl.pem"]
    revoke(talking, leaf_of(talking, frankfurt))
    talking.turn(3)
    frankfurt.asleep = True
    frankfurt.says("region/crl.pem", old)
    talking.turn()
    with talking.scope.entered():
        frankfurt.recipient.refresh_from_db()
    assert "revocation list is refused" in frankfurt.recipient.trouble


def test_a_list_of_another_region_is_refused(talking: World) -> None:
    frankfurt, dublin = talking.regions
    dublin.asleep = True
    dublin.says("region/crl.pem", talking.buckets.objects[frankfurt.recipient.bucket, "region/crl.pem"])
    talking.turn()
    with talking.scope.entered():
        dublin.recipient.refresh_from_db()
    assert "not of one of the region's authorities" in dublin.recipient.trouble


def test_an_authority_is_renewed_at_two_thirds_of_its_life_and_not_before(talking: World) -> None:
    frankfurt = talking.regions[0]
    before = talking.trust(frankfurt).intermediate
    assert before is not None
    certificate_upkeep.tend_all(at=before.renew_at - timedelta(seconds=1))
    assert talking.trust(frankfurt).renewal_of == ""
    certificate_upkeep.tend_all(at=before.renew_at)
    assert talking.trust(frankfurt).renewal_of == before.serial
    talking.settle()
    trust = talking.trust(frankfurt)
    assert trust.intermediate is not None
    assert trust.intermediate.key_id != before.key_id
    assert trust.intermediate_confirmed
    with talking.scope.entered():
        before.refresh_from_db()
    assert before.state == CertificateState.SUPERSEDED
    both_ways(*talking.regions)


def test_a_leaf_is_renewed_by_its_region_at_two_thirds(talking: World) -> None:
    frankfurt = talking.regions[0]
    before = leaf_of(talking, frankfurt)
    frankfurt.certificates.clock = lambda: before.renew_at + timedelta(seconds=1)
    frankfurt.act()
    assert frankfurt.certificates.holds.leaves["ledger.core"].serial != before.serial


def test_a_roots_list_is_made_anew_every_hour(talking: World) -> None:
    with talking.scope.entered():
        root = CertificateAuthority.objects.visible_to(talking.scope).get()
        (first,) = RevocationList.objects.visible_to(talking.scope).of_issuer(root.certificate_id)
    certificate_upkeep.tend_all(at=now())
    certificate_upkeep.tend_all(at=first.created_at + CRL_PUBLISHED_EVERY + timedelta(minutes=1))
    with talking.scope.entered():
        (second,) = RevocationList.objects.visible_to(talking.scope).of_issuer(root.certificate_id)
    assert (first.number, second.number) == (1, 2)
    assert second.next_update > first.next_update


def test_a_root_whose_key_cannot_be_had_is_told_and_tried_again(
    talking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_authority: object) -> None:
        raise KeyUnavailable("The root key is not given.", todo="Give it back.")

    monkeypatch.setattr(roots, "issuer_of", refused)
    at = now() + timedelta(hours=2)
    certificate_upkeep.tend_all(at=at)
    with talking.scope.entered():
        root = CertificateAuthority.objects.visible_to(talking.scope).get()
        told = AuditEvent.objects.visible_to(talking.scope).get(event="revocation-list:not-issued")
    assert told.outcome == "failed"
    assert root.list_due_at is not None
    assert root.list_due_at > at


def test_a_region_that_is_gone_speaks_for_nobody(talking: World) -> None:
    frankfurt, dublin = talking.regions
    with talking.scope.entered():
        recipients.dismiss(scope=talking.scope, region_id=frankfurt.recipient.region_id)
    talking.turn(3)
    (authority,) = talking.certificates(frankfurt, level=Level.INTERMEDIATE)
    assert (authority.state, authority.revocation_reason) == (CertificateState.REVOKED, Why.CESSATION)
    assert authority.serial in {
        f"{entry.serial_number:x}"
        for pem in dublin.certificates.holds.lists.split("-----END X509 CRL-----\n")
        if pem
        for entry in x509.load_pem_x509_crl(f"{pem}-----END X509 CRL-----\n".encode())
    }
