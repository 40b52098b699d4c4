"""Revocation lists: made as RFC 5280 section 5 says, and judged before they are believed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from secrets_app.pki import chain, revoke
from secrets_app.pki.refusals import ChainRefused, CrlRefused, Reason
from secrets_app.pki.revoke import WHY, Revoked
from tests.unit.pki.world import APP_HOST, DAY, NOW, Authority, Plane, intermediate, plane, root


@pytest.fixture(scope="module")
def bank() -> Plane:
    return plane()


def listed(authority: Authority, *revoked: Revoked, number: int = 1) -> x509.CertificateRevocationList:
    return revoke.crl(authority.issuer, revoked, number=number, now=NOW)


def verify(bank: Plane, *crls: x509.CertificateRevocationList, after: timedelta = timedelta(0)) -> None:
    leaf, intermediates, roots = bank.chain
    chain.verify(leaf, intermediates, roots, now=NOW + after, host=APP_HOST, usage=chain.Usage.CLIENT, crls=crls)


def test_a_chain_whose_issuers_list_nothing_counts(bank: Plane) -> None:
    verify(bank, listed(bank.root), listed(bank.region))


def test_a_revoked_leaf_and_a_revoked_region_are_refused(bank: Plane) -> None:
    leaf = Revoked(bank.leaf.certificate.serial_number, NOW, NOW + DAY, WHY.key_compromise)
    region = Revoked(bank.region.certificate.serial_number, NOW, NOW + 90 * DAY, WHY.cessation_of_operation)
    for crls in ([listed(bank.root), listed(bank.region, leaf)], [listed(bank.root, region), listed(bank.region)]):
        with pytest.raises(ChainRefused) as refused:
            verify(bank, *crls)
        assert refused.value.reason is Reason.REVOKED


def test_the_same_serial_of_another_issuer_revokes_nothing(bank: Plane) -> None:
    other = intermediate(root())
    leaf = Revoked(bank.leaf.certificate.serial_number, NOW, NOW + DAY)
    verify(bank, listed(bank.root), listed(bank.region), listed(other, leaf))


def test_without_an_issuers_list_nothing_counts(bank: Plane) -> None:
    for crls in ([], [listed(bank.root)], [listed(bank.region)]):
        with pytest.raises(ChainRefused) as refused:
            verify(bank, *crls)
        assert refused.value.reason is Reason.NO_CRL


def test_a_list_is_believed_for_seven_days(bank: Plane) -> None:
    verify(bank, listed(bank.root), listed(bank.region), after=timedelta(days=7))
    with pytest.raises(CrlRefused) as refused:
        verify(bank, listed(bank.root), listed(bank.region), after=timedelta(days=7, seconds=1))
    assert refused.value.reason is Reason.EXPIRED


def test_the_newest_list_of_an_issuer_is_asked(bank: Plane) -> None:
    leaf = Revoked(bank.leaf.certificate.serial_number, NOW, NOW + DAY)
    newer = revoke.crl(bank.region.issuer, [leaf], number=2, now=NOW + timedelta(hours=1))
    with pytest.raises(ChainRefused):
        verify(bank, listed(bank.root), listed(bank.region), newer, after=timedelta(hours=2))


def test_a_list_carries_number_reason_and_key_identifier_and_keeps_an_ended_entry_for_one_more_list(
    bank: Plane,
) -> None:
    entries = [
        Revoked(3, NOW, NOW + DAY, WHY.superseded),
        Revoked(2, NOW, NOW + DAY),
        Revoked(1, NOW - 30 * DAY, NOW - 6 * DAY),
        Revoked(9, NOW - 30 * DAY, NOW - 8 * DAY),
    ]
    made = listed(bank.root, *entries, number=2**159 - 1)
    assert [entry.serial_number for entry in made] == [1, 2, 3]
    assert made.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2**159 - 1
    assert made.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    found = made.get_revoked_certificate_by_serial_number(3)
    assert found is not None
    assert found.extensions.get_extension_for_class(x509.CRLReason).value.reason is WHY.superseded


def test_a_hold_is_no_revocation(bank: Plane) -> None:
    with pytest.raises(CrlRefused):
        listed(bank.root, Revoked(1, NOW, NOW + DAY, WHY.certificate_hold))


def test_lists_survive_their_file(bank: Plane) -> None:
    made = [listed(bank.root), listed(bank.region)]
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in made)
    assert list(revoke.read(pem)) == made
    for damaged in (b"", b"nothing", pem.replace(b"MII", b"MIX")):
        with pytest.raises(CrlRefused):
            revoke.read(damaged)


Building = Callable[[x509.CertificateRevocationListBuilder], x509.CertificateRevocationListBuilder]


def build(bank: Plane, change: Building, *, by: Authority | None = None) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(bank.root.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + DAY)
        .add_extension(bank.root.issuer.authority_key, critical=False)
    )
    return change(builder).sign((by or bank.root).signer.key, hashes.SHA256())


def numbered(builder: x509.CertificateRevocationListBuilder) -> x509.CertificateRevocationListBuilder:
    return builder.add_extension(x509.CRLNumber(1), critical=False)


def partial(builder: x509.CertificateRevocationListBuilder) -> x509.CertificateRevocationListBuilder:
    point = x509.IssuingDistributionPoint(
        None,
        None,
        only_contains_user_certs=True,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    return numbered(builder).add_extension(point, critical=True)


def delta(builder: x509.CertificateRevocationListBuilder) -> x509.CertificateRevocationListBuilder:
    return numbered(builder).add_extension(x509.DeltaCRLIndicator(1), critical=True)


@pytest.mark.parametrize(
    "change",
    [
        partial,
        delta,
        lambda builder: builder,
        lambda builder: builder.add_extension(x509.CRLNumber(1), critical=True),
    ],
    ids=["partial", "delta", "no_number", "critical_number"],
)
def test_a_list_of_a_form_that_is_not_understood_is_refused(bank: Plane, change: Building) -> None:
    revoke.judged(build(bank, numbered), bank.root.certificate, NOW)
    with pytest.raises(CrlRefused) as refused:
        revoke.judged(build(bank, change), bank.root.certificate, NOW)
    assert refused.value.reason is Reason.EXTENSION


def test_a_list_that_another_signed_or_that_names_another_is_refused(bank: Plane) -> None:
    with pytest.raises(CrlRefused) as refused:
        revoke.judged(build(bank, numbered, by=bank.region), bank.root.certificate, NOW)
    assert refused.value.reason is Reason.WRONG_SIGNATURE
    with pytest.raises(CrlRefused) as refused:
        revoke.judged(build(bank, numbered), bank.region.certificate, NOW)
    assert refused.value.reason is Reason.UNKNOWN_ISSUER
