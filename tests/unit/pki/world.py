"""A bank's application plane: one root, a region, an app; and one forger who builds whatever is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

from secrets_app.pki import issue, names, requests
from secrets_app.pki.issue import Issuer
from secrets_app.pki.keys import KeySigner, generate

NOW = datetime(2026, 11, 23, 14, 12, tzinfo=UTC)
HOST = "prod-eu-central-1.byoc.norrland.example"
APP_HOST = names.app_host("ledger", "core", HOST)


def signer() -> KeySigner:
    return KeySigner(generate())


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    signer: KeySigner

    @property
    def issuer(self) -> Issuer:
        return Issuer.of(self.certificate, self.signer)


@dataclass(frozen=True)
class Leaf:
    certificate: x509.Certificate
    signer: KeySigner


def root(name: str = "eu-prod root 2026", now: datetime = NOW) -> Authority:
    key = signer()
    subject = names.authority("Norrland Bank", name, key.public_key())
    return Authority(issue.self_signed_root(key, subject, now), key)


def intermediate(
    above: Authority, region_host: str = HOST, now: datetime = NOW, crl_url: str = "http://crl.example/root.crl"
) -> Authority:
    key = signer()
    made = issue.sign_intermediate(
        requests.checked(requests.request(key)),
        above.issuer,
        subject=names.authority("Norrland Bank", region_host.split(".")[0], key.public_key()),
        region_host=region_host,
        now=now,
        crl_url=crl_url,
    )
    return Authority(made, key)


def leaf(region: Authority, host: str = APP_HOST, now: datetime = NOW) -> Leaf:
    key = signer()
    request = requests.checked(requests.request(key, [host]), may_have=[host])
    return Leaf(issue.sign_leaf(request, region.issuer, host=host, now=now), key)


@dataclass(frozen=True)
class Form:
    """Every part of a certificate, so that a test can forge one that differs in a single part."""

    subject: x509.Name
    issuer: x509.Name
    key: object
    begins: datetime
    ends: datetime
    serial: int
    extensions: dict[type[x509.ExtensionType], tuple[x509.ExtensionType, bool]]
    algorithm: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)

    def without(self, kind: type[x509.ExtensionType]) -> "Form":
        return replace(
            self, extensions={each: value for each, value in self.extensions.items() if each is not kind}
        )

    def having(self, extension: x509.ExtensionType, *, critical: bool) -> "Form":
        return replace(self, extensions={**self.extensions, type(extension): (extension, critical)})


def form(certificate: x509.Certificate) -> Form:
    return Form(
        certificate.subject,
        certificate.issuer,
        certificate.public_key(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.serial_number,
        {type(each.value): (each.value, each.critical) for each in certificate.extensions},
    )


def forge(wanted: Form, key: CertificateIssuerPrivateKeyTypes) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(wanted.subject)
        .issuer_name(wanted.issuer)
        .public_key(wanted.key)  # type: ignore[arg-type]  # forgers take any key
        .not_valid_before(wanted.begins)
        .not_valid_after(wanted.ends)
        .serial_number(wanted.serial)
    )
    for extension, critical in wanted.extensions.values():
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, wanted.algorithm)  # type: ignore[arg-type]  # forgers take any hash


def forged(
    certificate: x509.Certificate, by: Authority | Leaf, change: Callable[[Form], Form]
) -> x509.Certificate:
    return forge(change(form(certificate)), by.signer.key)


@dataclass(frozen=True)
class Plane:
    """root, region and leaf of one good chain."""

    root: Authority
    region: Authority
    leaf: Leaf

    @property
    def chain(self) -> tuple[x509.Certificate, Sequence[x509.Certificate], Sequence[x509.Certificate]]:
        return self.leaf.certificate, [self.region.certificate], [self.root.certificate]


def plane(now: datetime = NOW) -> Plane:
    top = root(now=now)
    region = intermediate(top, now=now)
    return Plane(top, region, leaf(region, now=now))


DAY = timedelta(days=1)
P384 = ec.SECP384R1()
