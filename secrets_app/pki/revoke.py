"""Certificate revocation lists (RFC 5280, section 5): made by the issuer, judged by whoever reads one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from secrets_app.pki.issue import Issuer
from secrets_app.pki.keys import library_key
from secrets_app.pki.profiles import CRL_LIFETIME
from secrets_app.pki.refusals import ChainRefused, CrlRefused, Reason

WHY = x509.ReasonFlags
REASONS = frozenset(
    {
        WHY.unspecified,
        WHY.key_compromise,
        WHY.ca_compromise,
        WHY.affiliation_changed,
        WHY.superseded,
        WHY.cessation_of_operation,
        WHY.privilege_withdrawn,
    }
)
"""RFC 5280, 5.3.1, without what a complete list of final revocations has no use for (certificateHold,
removeFromCRL; BR 7.2.2 forbids the former)."""

KNOWN = frozenset({ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER})


@dataclass(frozen=True, slots=True)
class Revoked:
    serial: int
    at: datetime
    ends: datetime
    """When the certificate ends by itself."""
    reason: x509.ReasonFlags = WHY.unspecified


def crl(
    issuer: Issuer, revoked: Iterable[Revoked], *, number: int, now: datetime, lifetime: timedelta = CRL_LIFETIME
) -> x509.CertificateRevocationList:
    """Make the issuer's complete list. `number` grows with each (5.2.3).

    An entry stays for one list beyond the end of its certificate (3.3), then it is left out.
    """
    stamp = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(stamp)
        .next_update(stamp + lifetime)
        .add_extension(issuer.authority_key, critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for each in sorted(revoked, key=lambda one: one.serial):
        if each.ends + lifetime >= now:
            builder = builder.add_revoked_certificate(_entry(each))
    return builder.sign(library_key(issuer.signer), hashes.SHA256())


def _entry(revoked: Revoked) -> x509.RevokedCertificate:
    if revoked.reason not in REASONS:
        raise CrlRefused(Reason.EXTENSION, f"{revoked.reason.value} is no reason for a final revocation.")
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(revoked.serial)
        .revocation_date(revoked.at.replace(microsecond=0))
    )
    if revoked.reason is not WHY.unspecified:  # 5.3.1: left out rather than said to be unspecified
        builder = builder.add_extension(x509.CRLReason(revoked.reason), critical=False)
    return builder.build()


def read(pem: bytes) -> tuple[x509.CertificateRevocationList, ...]:
    """Read the lists of a file in PEM, one an issuer. Raise CrlRefused if it holds none."""
    end = b"-----END X509 CRL-----"
    blocks = [block + end for block in pem.split(end)[:-1]]
    try:
        found = tuple(x509.load_pem_x509_crl(block) for block in blocks)
    except ValueError:
        found = ()
    if not found:
        raise CrlRefused(Reason.MALFORMED, "What was sent holds no revocation list in PEM, or a damaged one.")
    return found


def judged(
    found: x509.CertificateRevocationList, issuer: x509.Certificate, now: datetime
) -> x509.CertificateRevocationList:
    """Return the list if it is the issuer's, current, and of a form that we understand. Raise CrlRefused."""
    if found.issuer != issuer.subject or not _may_sign_lists(issuer):
        raise CrlRefused(Reason.UNKNOWN_ISSUER, "The revocation list is not of this issuer.")
    if not _is_signed_by(found, issuer):
        raise CrlRefused(Reason.WRONG_SIGNATURE, "The revocation list is not signed by its issuer.")
    until = found.next_update_utc
    if until is None or not found.last_update_utc <= now <= until:
        raise CrlRefused(
            Reason.EXPIRED, "The revocation list is not current.", todo="Fetch the newest one from the issuer."
        )
    _extensions_understood(found)
    return found


def _extensions_understood(found: x509.CertificateRevocationList) -> None:
    """5.2: no critical extension but those we know, which are never critical; the number is there (5.2.3)."""
    try:
        extensions = list(found.extensions)
        critical_entries = any(each.critical for entry in found for each in entry.extensions)
    except (ValueError, x509.DuplicateExtension):
        raise CrlRefused(Reason.MALFORMED, "An extension of the revocation list cannot be read.") from None
    if critical_entries or any(each.critical for each in extensions):
        raise CrlRefused(Reason.EXTENSION, "The revocation list has a critical extension that nobody reads here.")
    if not {each.oid for each in extensions} >= KNOWN:
        raise CrlRefused(Reason.EXTENSION, "The revocation list has no number, or no key identifier.")


def _is_signed_by(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # it judges the type
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True  # RFC 5280, 6.3.3 (f): asked of those that have the extension


def refuse_revoked(
    chain: Collection[x509.Certificate], crls: Collection[x509.CertificateRevocationList], now: datetime
) -> None:
    """Ask the list of each issuer in the chain, leaf first. Raise ChainRefused; no list is a refusal too."""
    for certificate, issuer in pairwise(chain):
        mine = [found for found in crls if found.issuer == issuer.subject and _is_signed_by(found, issuer)]
        if not mine:
            raise ChainRefused(
                Reason.NO_CRL,
                f"There is no revocation list of {issuer.subject.rfc4514_string()}.",
                todo="Fetch it; without one nothing says that the certificate still counts.",
            )
        newest = max(mine, key=lambda found: found.last_update_utc)
        if judged(newest, issuer, now).get_revoked_certificate_by_serial_number(certificate.serial_number):
            raise ChainRefused(Reason.REVOKED, "The certificate has been revoked by its issuer.")
