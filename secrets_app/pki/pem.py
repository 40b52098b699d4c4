"""Bundles: certificates one after the other in PEM (RFC 7468)."""

from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

from secrets_app.pki.refusals import PkiRefused, Reason

LARGEST_BYTES = 262_144
PARTS = (
    "subject",
    "issuer",
    "not_valid_before_utc",
    "not_valid_after_utc",
    "signature_hash_algorithm",
    "extensions",
)
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def bundle(certificates: Iterable[x509.Certificate]) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Read every certificate of a bundle. Raise PkiRefused if there is none, or one cannot be read."""
    if len(pem) > LARGEST_BYTES:
        raise PkiRefused(Reason.MALFORMED, f"The bundle is larger than {LARGEST_BYTES} bytes.")
    try:
        found = tuple(x509.load_pem_x509_certificates(pem))
    except (ValueError, x509.InvalidVersion):
        raise PkiRefused(
            Reason.MALFORMED, "What was sent holds no certificate in PEM, or a damaged one.", todo="Send PEM."
        ) from None
    for one in found:
        legible(one)
    return found


def legible(certificate: x509.Certificate) -> None:
    """Raise PkiRefused if a part cannot be read: the library reads most of them only when asked."""
    try:
        certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise PkiRefused(Reason.WEAK_KEY, "The certificate's key is of a kind that is not read here.") from None
    try:
        for part in PARTS:
            getattr(certificate, part)
    except UNREADABLE:
        raise PkiRefused(Reason.MALFORMED, "A part of the certificate cannot be read.") from None


def certificate(pem: bytes) -> x509.Certificate:
    """Read the one certificate of `pem`. Raise PkiRefused if it holds another number of them."""
    found = certificates(pem)
    if len(found) != 1:
        raise PkiRefused(Reason.MALFORMED, f"One certificate was expected, {len(found)} were sent.")
    return found[0]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER, in lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()
