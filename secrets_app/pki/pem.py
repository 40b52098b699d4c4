"""Bundles: certificates one after the other in PEM (RFC 7468)."""

from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from secrets_app.pki.refusals import PkiRefused, Reason

LARGEST_BYTES = 262_144


def bundle(certificates: Iterable[x509.Certificate]) -> bytes:
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Read every certificate of a bundle. Raise PkiRefused if there is none, or one cannot be read."""
    if len(pem) > LARGEST_BYTES:
        raise PkiRefused(Reason.MALFORMED, f"The bundle is larger than {LARGEST_BYTES} bytes.")
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError:
        raise PkiRefused(
            Reason.MALFORMED, "What was sent holds no certificate in PEM, or a damaged one.", todo="Send PEM."
        ) from None


def certificate(pem: bytes) -> x509.Certificate:
    """Read the one certificate of `pem`. Raise PkiRefused if it holds another number of them."""
    found = certificates(pem)
    if len(found) != 1:
        raise PkiRefused(Reason.MALFORMED, f"One certificate was expected, {len(found)} were sent.")
    return found[0]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER, in lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()
