"""Keys of certificates, and who signs with them: ECDSA on P-256 with SHA-256 throughout."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from secrets_app.pki.profiles import SERIAL_BITS

CURVE = ec.SECP256R1()
SIGNATURE = ec.ECDSA(hashes.SHA256())
KEY_IDENTIFIER_BYTES = 20


class Signer(Protocol):
    """Whoever holds an authority's private key: this process, or a key service that never gives it away."""

    def public_key(self) -> ec.EllipticCurvePublicKey: ...

    def sign(self, message: bytes) -> bytes:
        """Return the ECDSA signature of SHA-256 of `message`, as DER (RFC 3279, 2.2.3; AWS KMS answers so)."""
        ...


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A private key in memory, kept out of every representation."""

    key: ec.EllipticCurvePrivateKey

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.key.public_key()

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, SIGNATURE)

    def __repr__(self) -> str:
        return "KeySigner(…)"


class SigningKey(ec.EllipticCurvePrivateKey):
    """Lets the library's builders sign through any Signer; everything else a private key can do is absent."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.signer.public_key()

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        if not isinstance(signature_algorithm.algorithm, hashes.SHA256):
            self._absent()
        return self.signer.sign(bytes(data))

    @property
    def curve(self) -> ec.EllipticCurve:
        return CURVE

    @property
    def key_size(self) -> int:
        return CURVE.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:  # noqa: ARG002
        self._absent()

    def private_numbers(self) -> NoReturn:
        self._absent()

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        self._absent()

    def __copy__(self) -> "SigningKey":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SigningKey":
        return self

    def _absent(self) -> NoReturn:
        raise TypeError("A signer signs with SHA-256 and does nothing else.")


def verifies(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is DER of an ECDSA signature of SHA-256 of `message` by this key."""
    try:
        key.verify(signature, message, SIGNATURE)
    except InvalidSignature:
        return False
    return True


def library_key(signer: Signer) -> ec.EllipticCurvePrivateKey:
    return signer.key if isinstance(signer, KeySigner) else SigningKey(signer)


def generate() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVE)


def is_p256(key: PublicKeyTypes) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8 in clear: for an encrypted field or a file of the owner alone."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def from_pem(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """Raise ValueError if `pem` is no P-256 key in PKCS #8."""
    key = serialization.load_pem_private_key(pem, None)
    if isinstance(key, ec.EllipticCurvePrivateKey) and is_p256(key.public_key()):
        return key
    raise ValueError("The key is not an ECDSA key on P-256.")


def key_identifier(key: ec.EllipticCurvePublicKey) -> bytes:
    """RFC 7093, 2, method 1: the leftmost 160 bits of SHA-256 of the public key's bits."""
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return hashlib.sha256(point).digest()[:KEY_IDENTIFIER_BYTES]


def subject_key_identifier(key: ec.EllipticCurvePublicKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier(key_identifier(key))


def new_serial(random: Callable[[int], bytes] = os.urandom) -> int:
    """160 random bits without the sign: positive, never zero, at most 20 octets (RFC 5280, 4.1.2.2)."""
    while not (serial := int.from_bytes(random(SERIAL_BITS // 8)) >> 1):
        pass
    return serial


def serial_text(serial: int) -> str:
    """The form that pages and the files of a region use: lower-case hexadecimal, an even number of digits."""
    digits = f"{serial:x}"
    return digits if len(digits) % 2 == 0 else "0" + digits
