"""An intermediate from the customer's own CA is taken if a stolen one could do no more than ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from secrets_app.pki import chain, imports, keys
from secrets_app.pki.issue import AUTHORITY_USAGE
from secrets_app.pki.refusals import ChainRefused, PkiRefused, Reason
from tests.unit.pki.forgeries import UNKNOWN, basic, constraints, having, uncritical, without
from tests.unit.pki.world import APP_HOST, DAY, HOST, NOW, Authority, Form, forge, leaf, signer
from tests.unit.pki.world import form as form_of

RSA = rsa.generate_private_key(65537, 2048)
POLICY = rsa.generate_private_key(65537, 2048)
REGION = signer()


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(
    subject: str, issuer: str, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, length: int | None
) -> x509.Certificate:
    wanted = Form(
        name(subject), name(issuer), key.public_key(), NOW - DAY, NOW + 3650 * DAY, keys.new_serial(), {}
    )
    wanted = wanted.having(x509.BasicConstraints(True, length), critical=True).having(
        AUTHORITY_USAGE, critical=True
    )
    wanted = wanted.having(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return forge(
        wanted.having(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False), by
    )


ROOT = authority("Norrland Root", "Norrland Root", RSA, RSA, None)
MIDDLE = authority("Norrland Policy", "Norrland Root", POLICY, RSA, 1)


def wanted() -> Form:
    base = Form(
        name("prod-eu-central-1"),
        name("Norrland Policy"),
        REGION.public_key(),
        NOW - DAY,
        NOW + 80 * DAY,
        keys.new_serial(),
        {},
    )
    for change in (
        having(x509.BasicConstraints(True, 0), critical=True),
        having(AUTHORITY_USAGE, critical=True),
        having(x509.NameConstraints([x509.DNSName(f"svc.{HOST}")], None), critical=True),
        having(x509.SubjectKeyIdentifier.from_public_key(REGION.public_key()), critical=False),
        having(x509.AuthorityKeyIdentifier.from_issuer_public_key(POLICY.public_key()), critical=False),
        having(UNKNOWN, critical=False),
    ):
        base = change(base)
    return base


@dataclass(frozen=True)
class Sent:
    certificate: x509.Certificate
    above: Sequence[x509.Certificate] = (MIDDLE,)
    roots: Sequence[x509.Certificate] = (ROOT,)

    def judged(self, host: str = HOST) -> tuple[x509.Certificate, ...]:
        return imports.intermediate(
            self.certificate, self.above, self.roots, key=REGION.public_key(), region_host=host, now=NOW
        )


def sent(form: Form | None = None) -> Sent:
    return Sent(forge(form or wanted(), POLICY))


def test_an_intermediate_of_an_rsa_hierarchy_is_taken_and_its_leaves_count() -> None:
    found = sent().judged()
    assert found[1:] == (MIDDLE, ROOT)
    certificate = leaf(Authority(found[0], REGION)).certificate
    for usage in chain.Usage:
        chain.verify(certificate, found[:-1], [ROOT], now=NOW, host=APP_HOST, usage=usage, customers_ca=True)


def test_a_customers_hierarchy_does_not_count_as_ours() -> None:
    found = sent().judged()
    certificate = leaf(Authority(found[0], REGION)).certificate
    with pytest.raises(ChainRefused):
        chain.verify(certificate, found[:-1], [ROOT], now=NOW, host=APP_HOST, usage=chain.Usage.SERVER)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without(x509.NameConstraints), Reason.NAME_CONSTRAINT),
        (uncritical(x509.NameConstraints), Reason.EXTENSION),
        (constraints([x509.DNSName("example")], None), Reason.NAME_CONSTRAINT),
        (constraints([x509.DNSName(HOST)], None), Reason.NAME_CONSTRAINT),
        (basic(ca=True, path_length=1), Reason.PATH_LENGTH),
        (basic(ca=True, path_length=None), Reason.PATH_LENGTH),
        (basic(ca=False, path_length=None), Reason.NOT_A_CA),
        (having(UNKNOWN, critical=True), Reason.EXTENSION),
        (lambda form: replace(form, key=signer().public_key()), Reason.WRONG_KEY),
        (lambda form: replace(form, ends=NOW + 100 * DAY), Reason.LIFETIME),
        (lambda form: replace(form, begins=NOW - 70 * DAY, ends=NOW + 10 * DAY), Reason.LIFETIME),
        (lambda form: replace(form, begins=NOW + DAY), Reason.LIFETIME),
        (lambda form: replace(form, algorithm=hashes.SHA224()), Reason.WEAK_KEY),
    ],
)
def test_what_could_do_more_than_ours_is_refused(change: object, reason: Reason) -> None:
    with pytest.raises(PkiRefused) as refused:
        sent(change(wanted())).judged()  # type: ignore[operator]
    assert refused.value.reason is reason


def test_another_regions_subtree_is_refused() -> None:
    with pytest.raises(PkiRefused) as refused:
        sent().judged(host="dr-eu-north-1.byoc.norrland.example")
    assert refused.value.reason is Reason.NAME_CONSTRAINT


def test_the_path_to_the_customers_root_must_be_whole_valid_and_allow_a_region() -> None:
    short = authority("Norrland Policy", "Norrland Root", POLICY, RSA, 0)
    no_authority = forge(replace(form_of(MIDDLE), extensions={}), RSA)
    ended = forge(replace(form_of(MIDDLE), ends=NOW - DAY, begins=NOW - 9 * DAY), RSA)
    for above, reason in (
        ((), Reason.UNKNOWN_ISSUER),
        ((short,), Reason.PATH_LENGTH),
        ((no_authority,), Reason.NOT_A_CA),
        ((ended,), Reason.EXPIRED),
    ):
        with pytest.raises(PkiRefused) as refused:
            replace(sent(), above=above).judged()
        assert refused.value.reason is reason


def test_a_weak_authority_above_is_refused() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    top = authority("Norrland Root", "Norrland Root", weak, weak, None)
    middle = authority("Norrland Policy", "Norrland Root", POLICY, weak, 1)
    with pytest.raises(PkiRefused) as refused:
        replace(sent(), above=(middle,), roots=(top,)).judged()
    assert refused.value.reason is Reason.WEAK_KEY
