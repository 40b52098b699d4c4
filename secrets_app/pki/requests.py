"""Certificate requests (PKCS #10, RFC 2986): judged, and reduced to what may be taken from them."""

from collections.abc import Collection
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import SignatureAlgorithmOID

from secrets_app.pki.keys import Signer, is_p256, library_key, verifies
from secrets_app.pki.refusals import Reason, RequestRefused

LARGEST_BYTES = 16_384
PEM_BEGIN = b"-----BEGIN CERTIFICATE REQUEST-----"


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """All that an issuer takes from a request."""

    public_key: ec.EllipticCurvePublicKey
    names: tuple[str, ...]
    """The DNS names it asked for, each of them allowed; empty if it asked for none."""


def checked(csr_pem: bytes, *, may_have: Collection[str] = ()) -> CheckedRequest:
    """Judge a request: proof of possession, P-256, no name outside `may_have`. Raise RequestRefused.

    Other extensions and the subject are never looked at: the profile decides them.
    """
    request = _parse(csr_pem)
    key = _proven_key(request)
    names = _names(request)
    for name in names:
        if name not in may_have:
            raise RequestRefused(
                Reason.WRONG_NAME,
                f"The request asks for {name[:80]!r}, which it may not have.",
                todo=f"Ask for {', '.join(sorted(may_have)) or 'no name'}.",
            )
    return CheckedRequest(key, names)


def request(signer: Signer, names: Collection[str] = ()) -> bytes:
    """Make the PEM of a request with an empty subject, signed by the key that it is for."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), True)
    made = builder.sign(library_key(signer), hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def _parse(csr_pem: bytes) -> x509.CertificateSigningRequest:
    if len(csr_pem) > LARGEST_BYTES or csr_pem.count(PEM_BEGIN) != 1:
        raise RequestRefused(
            Reason.MALFORMED,
            f"What was sent is not one certificate request in PEM of at most {LARGEST_BYTES} bytes.",
            todo="Send the file that begins with BEGIN CERTIFICATE REQUEST.",
        )
    try:
        return x509.load_pem_x509_csr(csr_pem)
    except (ValueError, x509.InvalidVersion):
        raise _malformed() from None


def _malformed() -> RequestRefused:
    return RequestRefused(Reason.MALFORMED, "The certificate request cannot be read.", todo="Make it anew.")


def _proven_key(request: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    try:
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise _malformed() from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not is_p256(key):
        raise RequestRefused(Reason.WEAK_KEY, "The key is not an ECDSA key on P-256.", todo="Make one on P-256.")
    if not _is_signed_by(request, key):
        raise RequestRefused(
            Reason.WRONG_SIGNATURE,
            "The request is not signed by the key that it carries, with ECDSA and SHA-256.",
            todo="Sign it with that key.",
        )
    return key


def _is_signed_by(request: x509.CertificateSigningRequest, key: ec.EllipticCurvePublicKey) -> bool:
    if request.signature_algorithm_oid != SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        return False
    return verifies(key, request.signature, request.tbs_certrequest_bytes)


def _names(request: x509.CertificateSigningRequest) -> tuple[str, ...]:
    try:
        found = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    except (ValueError, x509.DuplicateExtension):
        raise _malformed() from None
    for other in found:
        if not isinstance(other, x509.DNSName):
            raise RequestRefused(
                Reason.WRONG_NAME, "The request asks for a name that is not a host name.", todo="Leave it out."
            )
    return tuple(found.get_values_for_type(x509.DNSName))
