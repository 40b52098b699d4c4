"""Issuing: nothing enters a certificate but what profile and caller say, and the requester's key."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from secrets_app.pki import names
from secrets_app.pki.keys import (
    KeySigner,
    Signer,
    is_p256,
    key_identifier,
    library_key,
    new_serial,
    subject_key_identifier,
    verifies,
)
from secrets_app.pki.profiles import BACKDATED, INTERMEDIATE, LEAF_MTLS, ROOT, Profile
from secrets_app.pki.refusals import PkiRefused, Reason
from secrets_app.pki.requests import CheckedRequest

SECOND = timedelta(seconds=1)
EVERY_ADDRESS = (
    x509.IPAddress(ipaddress.IPv4Network("0.0.0.0/0")),
    x509.IPAddress(ipaddress.IPv6Network("::/0")),
)


class IssueRefused(PkiRefused):
    code = "certificate_not_issued"
    title = "The certificate cannot be issued"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority that can sign: its certificate, and whoever holds the key to it."""

    certificate: x509.Certificate
    signer: Signer
    authority_key: x509.AuthorityKeyIdentifier
    key_identifier: bytes
    permitted: tuple[str, ...] | None
    """DNS subtrees that it is limited to; None if it is not limited."""

    @classmethod
    def of(cls, certificate: x509.Certificate, signer: Signer) -> Self:
        """Raise IssueRefused if the key is not the certificate's, or the certificate no authority's."""
        key = signer.public_key()
        if key != certificate.public_key():
            raise IssueRefused(Reason.WRONG_KEY, "The signing key is not the one of the issuer's certificate.")
        if not _may_sign(certificate):
            raise IssueRefused(Reason.NOT_A_CA, "The issuer's certificate may not sign certificates.")
        identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        aki = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
        return cls(certificate, signer, aki, key_identifier(key), permitted_names(certificate))


def self_signed_root(
    signer: Signer, subject: x509.Name, now: datetime, *, profile: Profile = ROOT, serial: int | None = None
) -> x509.Certificate:
    """Make a root: used for intermediates alone."""
    key = signer.public_key()
    begins = _begins(now)
    builder = _builder(key, subject, subject, begins, begins + profile.lifetime - SECOND, serial)
    return _signed(_as_authority(builder, profile), signer)


def sign_intermediate(
    request: CheckedRequest,
    issuer: Issuer,
    *,
    subject: x509.Name,
    region_host: str,
    now: datetime,
    serial: int | None = None,
    crl_url: str = "",
    profile: Profile = INTERMEDIATE,
) -> x509.Certificate:
    """Make a region's authority, limited to `svc.<region host>` and to no address at all.

    Raise IssueRefused if the issuer has ended or the key is the issuer's own.
    """
    builder = _child(request, issuer, subject, now, profile, serial, crl_url)
    constraint = x509.NameConstraints([x509.DNSName(names.services_host(region_host))], list(EVERY_ADDRESS))
    builder = _as_authority(builder, profile).add_extension(constraint, critical=True)
    return _signed(builder, issuer.signer)


def sign_leaf(
    request: CheckedRequest,
    issuer: Issuer,
    *,
    host: str,
    now: datetime,
    serial: int | None = None,
    crl_url: str = "",
    profile: Profile = LEAF_MTLS,
) -> x509.Certificate:
    """Make one app's certificate for both ends of mutual TLS.

    Its subject is empty, so that the one name there is, and that is verified, is the critical
    alternative name (RFC 5280, 4.1.2.6). Raise IssueRefused for a host outside the issuer's limits.
    """
    names.host(host)
    if issuer.permitted is not None and not any(names.is_within(host, each) for each in issuer.permitted):
        raise IssueRefused(
            Reason.NAME_CONSTRAINT,
            f"{host} is outside {', '.join(issuer.permitted)}, to which this issuer is limited.",
            todo="Ask the region that the app runs in.",
        )
    builder = _child(request, issuer, x509.Name([]), now, profile, serial, crl_url)
    for extension, critical in _leaf_extensions(host, profile):
        builder = builder.add_extension(extension, critical)
    return _signed(builder, issuer.signer)


def permitted_names(certificate: x509.Certificate) -> tuple[str, ...] | None:
    """The DNS subtrees that an authority's certificate permits; None if it has no such limit."""
    found = _constraints(certificate)
    return _dns(found.permitted_subtrees) or None if found else None


def excluded_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The DNS subtrees that an authority's certificate excludes."""
    found = _constraints(certificate)
    return _dns(found.excluded_subtrees) if found else ()


def _constraints(certificate: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _dns(subtrees: list[x509.GeneralName] | None) -> tuple[str, ...]:
    return tuple(each.value for each in subtrees or () if isinstance(each, x509.DNSName))


def _begins(now: datetime) -> datetime:
    return now.replace(microsecond=0) - BACKDATED


def _child(
    request: CheckedRequest,
    issuer: Issuer,
    subject: x509.Name,
    now: datetime,
    profile: Profile,
    serial: int | None,
    crl_url: str,
) -> x509.CertificateBuilder:
    """What every certificate that is not a root has; it never outlives its issuer."""
    above = issuer.certificate
    if not above.not_valid_before_utc <= now <= above.not_valid_after_utc:
        raise IssueRefused(
            Reason.EXPIRED, "The issuer's own certificate is not valid now.", todo="Renew the issuer first."
        )
    if key_identifier(request.public_key) == issuer.key_identifier:
        raise IssueRefused(
            Reason.WRONG_KEY, "The request carries the issuer's own key.", todo="Make a key of its own."
        )
    begins = max(_begins(now), above.not_valid_before_utc)
    ends = min(begins + profile.lifetime - SECOND, above.not_valid_after_utc)
    builder = _builder(request.public_key, subject, above.subject, begins, ends, serial)
    builder = builder.add_extension(issuer.authority_key, critical=False)
    if crl_url:
        builder = builder.add_extension(_distribution(crl_url), critical=False)
    return builder


def _builder(
    key: ec.EllipticCurvePublicKey,
    subject: x509.Name,
    issuer: x509.Name,
    begins: datetime,
    ends: datetime,
    serial: int | None,
) -> x509.CertificateBuilder:
    if not is_p256(key):
        raise IssueRefused(Reason.WEAK_KEY, "The key is not an ECDSA key on P-256.", todo="Make one on P-256.")
    return (
        x509.CertificateBuilder()
        .serial_number(new_serial() if serial is None else serial)
        .issuer_name(issuer)
        .subject_name(subject)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .public_key(key)
        .add_extension(subject_key_identifier(key), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, profile: Profile) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=profile.path_length), critical=True)
    builder = builder.add_extension(AUTHORITY_USAGE, critical=True)
    if profile.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(profile.usages), critical=False)
    return builder


def _leaf_extensions(host: str, profile: Profile) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    return (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (LEAF_USAGE, True),
        (x509.ExtendedKeyUsage(profile.usages), False),
        (x509.SubjectAlternativeName([x509.DNSName(host)]), True),
    )


def _key_usage(*, signs_data: bool, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_data,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


AUTHORITY_USAGE = _key_usage(signs_data=False, signs_certificates=True)
LEAF_USAGE = _key_usage(signs_data=True, signs_certificates=False)


def _distribution(crl_url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
    return x509.CRLDistributionPoints([point])


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.ca and usage.key_cert_sign


def _signed(builder: x509.CertificateBuilder, signer: Signer) -> x509.Certificate:
    """Sign. What a key service answered is looked at before the certificate leaves: it may be anything."""
    certificate = builder.sign(library_key(signer), hashes.SHA256())
    if not isinstance(signer, KeySigner) and not verifies(
        signer.public_key(), certificate.signature, certificate.tbs_certificate_bytes
    ):
        raise IssueRefused(Reason.WRONG_SIGNATURE, "The signer did not sign with the issuer's key.")
    return certificate
