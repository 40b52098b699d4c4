"""Envelope encryption: a fresh data key per value, wrapped by a key-encryption key (KEK).

Framework-free. Both layers are AES-256-GCM (NIST SP 800-38D) and both bind the value's context as
additional data, so a ciphertext moved to another row, or a wrapped key moved to another value,
does not open.
"""

import os
import struct
from dataclasses import dataclass
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.1: 96-bit nonces
TAG_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
HEADER = struct.Struct(">BI")
"""Format and KEK version, big-endian."""


class CannotDecrypt(Exception):
    """The ciphertext is not of this context, not of this key, or damaged. Says nothing of its content."""


class Keyring(Protocol):
    """Versions of one KEK; the newest enabled one wraps, every enabled one unwraps."""

    @property
    def active_version(self) -> int: ...

    def key(self, version: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    kek_version: int
    wrapped_key: bytes
    sealed: bytes
    """Nonce, ciphertext, tag."""

    def to_bytes(self) -> bytes:
        return HEADER.pack(FORMAT, self.kek_version) + self.wrapped_key + self.sealed

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Raise CannotDecrypt if `raw` is not an envelope of a known format."""
        if len(raw) < HEADER.size + WRAPPED_BYTES + NONCE_BYTES + TAG_BYTES:
            raise CannotDecrypt("The stored value is too short to be an envelope.")
        form, version = HEADER.unpack_from(raw)
        if form != FORMAT:
            raise CannotDecrypt(f"The stored value has the unknown format {form}.")
        body = raw[HEADER.size :]
        return cls(version, body[:WRAPPED_BYTES], body[WRAPPED_BYTES:])


def context(*parts: str) -> bytes:
    """Join names of a value unambiguously: each part is preceded by its length in bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def seal(plaintext: bytes, *, keyring: Keyring, aad: bytes) -> Envelope:
    """Encrypt under a fresh data key, wrapped by the newest KEK of the keyring."""
    version = keyring.active_version
    data_key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
    return Envelope(version, _encrypt(keyring.key(version), data_key, aad), _encrypt(data_key, plaintext, aad))


def unseal(envelope: Envelope, *, keyring: Keyring, aad: bytes) -> bytes:
    """Raise CannotDecrypt unless keyring and context are those of `seal`."""
    data_key = _decrypt(keyring.key(envelope.kek_version), envelope.wrapped_key, aad)
    return _decrypt(data_key, envelope.sealed, aad)


def rewrap(envelope: Envelope, *, keyring: Keyring, aad: bytes) -> Envelope:
    """Move the data key under the newest KEK; the ciphertext is left untouched."""
    data_key = _decrypt(keyring.key(envelope.kek_version), envelope.wrapped_key, aad)
    version = keyring.active_version
    return Envelope(version, _encrypt(keyring.key(version), data_key, aad), envelope.sealed)


def _encrypt(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _decrypt(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except InvalidTag:
        raise CannotDecrypt("The stored value does not open with this key and context.") from None
