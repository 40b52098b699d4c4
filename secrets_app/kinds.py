"""What each kind of secret demands of its contents. Framework-free; no sentence ever holds a value."""

import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey, OKPKey, RSAKey

from secrets_app.contents import Contents, ContentsUnusable, checked

CERTIFICATE, KEY, AUTHORITY = "tls.crt", "tls.key", "ca.crt"
"""As Kubernetes names them in a Secret of type kubernetes.io/tls."""
SYMMETRIC = "key"
PRIVATE, PUBLIC, KEY_ID = "private-key", "public-key", "key-id"
SYMMETRIC_BYTES = (16, 24, 32, 48, 64)
SMALLEST_RSA = 2048  # bits; NIST SP 800-131A Rev. 2, table 2


@dataclass(frozen=True, slots=True)
class Examined:
    """Contents that fit their kind, completed by what follows from them."""

    contents: dict[str, bytes]
    detail: str
    """For people: "ECDSA P-256", "256 bits"."""
    expires_at: datetime | None = None


def examined(kind: str, contents: Contents) -> Examined:
    """Raise ContentsUnusable unless the contents are what the kind wants."""
    return EXAMINERS[kind](checked(contents))


def generated(kind: str, algorithm: str) -> dict[str, bytes]:
    """New random contents for the kinds that the console can make by itself; see ALGORITHMS."""
    if kind == "symmetric":
        return {SYMMETRIC: secrets.token_bytes(int(algorithm) // 8)}
    private = _MAKERS[algorithm]()
    return {PRIVATE: private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())}


ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "symmetric": ("128", "256", "512"),
    "asymmetric": ("ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-3072"),
}
_MAKERS: Mapping[str, Callable[[], ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey]] = {
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
}


def algorithm_of(detail: str) -> str:
    """The algorithm to make the next value with: the one that the present value has, as its detail names it."""
    known = {"ECDSA P-256": "ecdsa-p256", "ECDSA P-384": "ecdsa-p384", "Ed25519": "ed25519"}
    if detail.endswith(" bits") and not detail.startswith("RSA"):
        return detail.removesuffix(" bits")
    return known.get(detail, "rsa-3072")


def _generic(contents: dict[str, bytes]) -> Examined:
    only = next(iter(contents.values())) if len(contents) == 1 else b""
    return Examined(contents, f"file, {_size(len(only))}" if len(only) > 10_000 else "")


def _size(many: int) -> str:
    return f"{many / 1000:.0f} KB"


def _tls(contents: dict[str, bytes]) -> Examined:
    _require_keys(contents, needed=(CERTIFICATE, KEY), allowed=(AUTHORITY,))
    chain = _certificates(contents, CERTIFICATE)
    if chain[0].public_key() != _private(contents, KEY).public_key():
        raise ContentsUnusable(
            f"The key under {KEY} is not that of the certificate under {CERTIFICATE}.",
            todo="Give the pair that belongs together; the certificate itself comes first, its issuers after it.",
            key=KEY,
        )
    _require_chain(chain)
    if AUTHORITY in contents:
        _certificates(contents, AUTHORITY)
    detail = f"{named(chain[0])}, {algorithm_name(chain[0].public_key())}"
    return Examined(contents, detail[:120], min(each.not_valid_after_utc for each in chain))


def _require_chain(chain: list[x509.Certificate]) -> None:
    for below, above in itertools.pairwise(chain):
        if below.issuer != above.subject:
            raise ContentsUnusable(
                f"The certificates under {CERTIFICATE} are not in order: each is followed by its issuer.",
                todo="Put the certificate first, then its issuer, and so on up.",
                key=CERTIFICATE,
            )


def _tls_ca(contents: dict[str, bytes]) -> Examined:
    _require_keys(contents, needed=(AUTHORITY,))
    found = _certificates(contents, AUTHORITY)
    if not all(_is_authority(each) for each in found):
        raise ContentsUnusable(
            f"A certificate under {AUTHORITY} is not of an authority (its basic constraints do not say CA).",
            todo="Give the authority's own certificate.",
            key=AUTHORITY,
        )
    detail = named(found[0]) if len(found) == 1 else f"{named(found[0])} and {len(found) - 1} more"
    return Examined(contents, detail[:120], min(each.not_valid_after_utc for each in found))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _symmetric(contents: dict[str, bytes]) -> Examined:
    _require_keys(contents, needed=(SYMMETRIC,))
    size = len(contents[SYMMETRIC])
    if size not in SYMMETRIC_BYTES:
        raise ContentsUnusable(
            f"The key has {size} bytes; a symmetric key has {', '.join(map(str, SYMMETRIC_BYTES))}.",
            todo="Let the console make one, or give it in base64.",
            key=SYMMETRIC,
        )
    return Examined(contents, f"{size * 8} bits")


def _asymmetric(contents: dict[str, bytes]) -> Examined:
    _require_keys(contents, needed=(PRIVATE,), allowed=(PUBLIC, KEY_ID))
    private = _private(contents, PRIVATE)
    public = private.public_key()
    written = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    whole = {PRIVATE: contents[PRIVATE], PUBLIC: written, KEY_ID: key_id(public).encode()}
    return Examined(whole, algorithm_name(public))


def key_id(public: PublicKeyTypes) -> str:
    """RFC 7638 thumbprint of the public key, in base64url."""
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kinds: Mapping[type, type[ECKey] | type[RSAKey] | type[OKPKey]] = {
        ec.EllipticCurvePublicKey: ECKey,
        rsa.RSAPublicKey: RSAKey,
    }
    kind = next((each for base, each in kinds.items() if isinstance(public, base)), OKPKey)
    return kind.import_key(pem).thumbprint()


def _require_keys(contents: Contents, *, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> None:
    for key in needed:
        if key not in contents:
            raise ContentsUnusable(f"{key} is missing.", todo=f"It holds {' and '.join(needed)}.", key=key)
    for key in contents:
        if key not in (*needed, *allowed):
            raise ContentsUnusable(
                f"{key} is not a key of this kind.", todo=f"It holds {', '.join((*needed, *allowed))}.", key=key
            )


def _certificates(contents: Contents, key: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(contents[key])
    except (ValueError, UnsupportedAlgorithm):
        raise ContentsUnusable(
            f"What is under {key} is not one or more certificates in PEM.",
            todo="It begins with -----BEGIN CERTIFICATE-----.",
            key=key,
        ) from None


def _private(contents: Contents, key: str) -> PrivateKeyTypes:
    try:
        found = serialization.load_pem_private_key(contents[key], password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ContentsUnusable(
            f"What is under {key} is not an unencrypted private key in PEM.",
            todo="Take its passphrase off, “openssl pkey -in key.pem” for example.",
            key=key,
        ) from None
    _require_strength(found, key)
    return found


def _require_strength(found: PrivateKeyTypes, key: str) -> None:
    weak = isinstance(found, rsa.RSAPrivateKey) and found.key_size < SMALLEST_RSA
    if weak or isinstance(found, dsa.DSAPrivateKey):
        raise ContentsUnusable(
            f"The key under {key} is too weak: RSA begins at {SMALLEST_RSA} bits, and DSA is not taken.",
            todo="Make a new one, ECDSA P-256 for example.",
            key=key,
        )


def algorithm_name(public: object) -> str:
    if isinstance(public, ec.EllipticCurvePublicKey):
        names = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
        return f"ECDSA {names.get(public.curve.name, public.curve.name)}"
    if isinstance(public, rsa.RSAPublicKey):
        return f"RSA {public.key_size} bits"
    return "Ed25519" if isinstance(public, ed25519.Ed25519PublicKey) else type(public).__name__.strip("_")


def named(certificate: x509.Certificate) -> str:
    """The first DNS name, else the common name, else the whole subject."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.DNSName)
    except (x509.ExtensionNotFound, ValueError):
        found = []
    common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return found[0] if found else str(common[0].value) if common else certificate.subject.rfc4514_string()


EXAMINERS: Mapping[str, Callable[[dict[str, bytes]], Examined]] = {
    "generic": _generic,
    "tls": _tls,
    "tls-ca": _tls_ca,
    "symmetric": _symmetric,
    "asymmetric": _asymmetric,
}
