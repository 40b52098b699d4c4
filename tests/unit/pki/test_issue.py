"""Certificates are what their profiles say, whatever was asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings

from secrets_app.pki import chain, issue, keys, names, renewal, requests
from secrets_app.pki.conformity import conform
from secrets_app.pki.issue import Issuer, IssueRefused
from secrets_app.pki.profiles import INTERMEDIATE, LEAF_MTLS, ROOT, Profile
from secrets_app.pki.refusals import ChainRefused, ProfileBroken, Reason
from tests.unit.pki.test_names import labels, short
from tests.unit.pki.world import (
    APP_HOST,
    DAY,
    HOST,
    NOW,
    Authority,
    Plane,
    intermediate,
    leaf,
    plane,
    root,
    signer,
)


@pytest.fixture(scope="module")
def bank() -> Plane:
    return plane()


@pytest.mark.parametrize(("part", "profile"), [("root", ROOT), ("region", INTERMEDIATE), ("leaf", LEAF_MTLS)])
def test_each_certificate_is_of_its_profile_and_of_no_other(bank: Plane, part: str, profile: Profile) -> None:
    certificate = getattr(bank, part).certificate
    conform(certificate, profile)
    for other in {ROOT, INTERMEDIATE, LEAF_MTLS} - {profile}:
        with pytest.raises(ProfileBroken):
            conform(certificate, other)


@pytest.mark.parametrize(("part", "profile"), [("root", ROOT), ("region", INTERMEDIATE), ("leaf", LEAF_MTLS)])
def test_it_begins_before_now_and_lives_as_long_as_its_profile_the_last_second_included(
    bank: Plane, part: str, profile: Profile
) -> None:
    certificate = getattr(bank, part).certificate
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc + timedelta(seconds=1)
    if part == "root":
        assert certificate.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert NOW - timedelta(minutes=5) <= certificate.not_valid_before_utc < NOW
    assert lifetime == profile.lifetime


def test_renewal_is_due_two_thirds_into_a_life(bank: Plane) -> None:
    certificate = bank.leaf.certificate
    at = renewal.renews_at(certificate)
    assert abs(at - (certificate.not_valid_before_utc + timedelta(days=8))) < timedelta(seconds=2)
    assert not renewal.is_due(certificate, at - timedelta(seconds=1))
    assert renewal.is_due(certificate, at)
    assert renewal.left(certificate, at) > timedelta(days=3)


def test_nothing_outlives_its_issuer() -> None:
    top = root()
    region = intermediate(top)
    late = region.certificate.not_valid_after_utc - DAY
    assert leaf(region, now=late).certificate.not_valid_after_utc == region.certificate.not_valid_after_utc


@pytest.mark.parametrize("days", [-1, 91])
def test_an_issuer_that_is_not_valid_issues_nothing(days: int) -> None:
    region = intermediate(root())
    with pytest.raises(IssueRefused) as refused:
        leaf(region, now=NOW + days * DAY)
    assert refused.value.reason is Reason.EXPIRED


def test_serials_are_159_random_bits_and_never_zero() -> None:
    serials = {keys.new_serial() for _ in range(2_000)}
    assert len(serials) == 2_000
    assert max(serial.bit_length() for serial in serials) == 159
    answers = iter([b"\x00" * 20, b"\x00" * 19 + b"\x01", b"\xff" * 20])
    assert keys.new_serial(lambda _: next(answers)) == 2**159 - 1


def test_a_leaf_has_one_name_an_empty_subject_and_both_usages(bank: Plane) -> None:
    certificate = bank.leaf.certificate
    names_ = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names_.critical
    assert list(names_.value) == [x509.DNSName(APP_HOST)]
    assert not list(certificate.subject)
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(usages) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}


def test_a_leaf_outside_the_issuers_subtree_is_not_issued(bank: Plane) -> None:
    elsewhere = names.app_host("ledger", "core", "dr-eu-north-1.byoc.norrland.example")
    with pytest.raises(IssueRefused) as refused:
        leaf(bank.region, host=elsewhere)
    assert refused.value.reason is Reason.NAME_CONSTRAINT


def test_an_authority_never_certifies_its_own_key(bank: Plane) -> None:
    request = requests.checked(requests.request(bank.root.signer))
    with pytest.raises(IssueRefused, match="own key"):
        issue.sign_intermediate(
            request, bank.root.issuer, subject=bank.root.certificate.subject, region_host=HOST, now=NOW
        )


def test_an_issuer_needs_its_own_key_and_a_certificate_that_may_sign(bank: Plane) -> None:
    with pytest.raises(IssueRefused, match="not the one of the issuer"):
        Issuer.of(bank.root.certificate, bank.region.signer)
    with pytest.raises(IssueRefused, match="may not sign"):
        Issuer.of(bank.leaf.certificate, bank.leaf.signer)


class KeyService:
    """Signs as a customer's key service would: the key stays there, a DER signature comes back."""

    def __init__(self, key: keys.KeySigner, liar: bool = False) -> None:
        self._key, self._liar = key, liar

    def public_key(self) -> Any:
        return self._key.public_key()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(b"something else" if self._liar else message)


def test_a_key_service_can_hold_the_roots_key(bank: Plane) -> None:
    held = root()
    service = KeyService(held.signer)
    top = issue.self_signed_root(service, held.certificate.subject, NOW)
    key = signer()
    made = issue.sign_intermediate(
        requests.checked(requests.request(key)),
        Issuer.of(top, service),
        subject=names.authority("Norrland Bank", "prod", key.public_key()),
        region_host=HOST,
        now=NOW,
    )
    lower = leaf(Authority(made, key))
    chain.verify(lower.certificate, [made], [top], now=NOW, host=APP_HOST, usage=chain.Usage.CLIENT)


def test_what_a_key_service_signs_wrongly_is_never_handed_out() -> None:
    held = root()
    with pytest.raises(IssueRefused) as refused:
        issue.self_signed_root(KeyService(held.signer, liar=True), held.certificate.subject, NOW)
    assert refused.value.reason is Reason.WRONG_SIGNATURE


def test_a_signer_does_nothing_but_sign_and_shows_no_key() -> None:
    key = keys.SigningKey(signer())
    for call in (key.private_numbers, lambda: key.private_bytes(None, None, None)):
        with pytest.raises(TypeError):
            call()
    assert "KeySigner(…)" in repr(signer())


def test_a_private_key_survives_its_pem_and_other_curves_are_refused() -> None:
    key = keys.generate()
    assert keys.from_pem(keys.to_pem(key)).private_numbers() == key.private_numbers()
    with pytest.raises(ValueError, match="P-256"):
        keys.from_pem(keys.to_pem(ec.generate_private_key(ec.SECP384R1())))


@settings(max_examples=40, deadline=None)
@given(app=labels, project=short, elsewhere=short)
def test_what_is_issued_is_verified_for_its_name_and_for_no_other(app: str, project: str, elsewhere: str) -> None:
    host = names.app_host(app, project, HOST)
    certificate = leaf(REGION, host=host).certificate
    trust = [REGION.certificate], [TOP.certificate]
    for usage in chain.Usage:
        chain.verify(certificate, *trust, now=NOW, host=host, usage=usage)
        for other in (names.app_host(app, f"{project}x", HOST), names.app_host(f"{elsewhere}-x", project, HOST)):
            with pytest.raises(ChainRefused) as refused:
                chain.verify(certificate, *trust, now=NOW, host=other, usage=usage)
            assert refused.value.reason is Reason.WRONG_NAME


TOP = root()
REGION = intermediate(TOP)


def test_a_shorter_profile_can_be_asked_for(bank: Plane) -> None:
    request = requests.checked(requests.request(signer()))
    hour = replace(LEAF_MTLS, lifetime=timedelta(hours=1))
    made = issue.sign_leaf(request, bank.region.issuer, host=APP_HOST, now=NOW, profile=hour)
    assert made.not_valid_after_utc < NOW + timedelta(hours=1)
