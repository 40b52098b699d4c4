"""Envelope encryption: a data key (DEK) for each value, itself wrapped by a key-encryption key (KEK).

Framework-free. The value's envelope names its DEK and holds no wrapped key: that lies in a table of its
own, so that re-wrapping touches no ciphertext. Both layers are AES-256-GCM (NIST SP 800-38D). The value is
bound to its header and its context, the wrapped DEK to its id and its keyring, so that a ciphertext moved to
another row, or a wrapped key moved to another id, does not open.
"""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 2
AES_256_GCM = 1
"""The only algorithm so far; the header names it, so that another can follow."""
KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.1: 96-bit nonces
TAG_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
HEADER = struct.Struct(">BB16s")
"""Format, algorithm, id of the DEK; big-endian."""
DEK_AT = 3
"""Where the DEK's id begins in an envelope, counted from 1 as SQL does."""


class CannotDecrypt(Exception):
    """The ciphertext is not of this context, not of this key, or damaged. Says nothing of its content."""


@dataclass(frozen=True, slots=True)
class Envelope:
    dek_id: UUID
    sealed: bytes
    """Nonce, ciphertext, tag."""

    @property
    def header(self) -> bytes:
        return HEADER.pack(FORMAT, AES_256_GCM, self.dek_id.bytes)

    def to_bytes(self) -> bytes:
        return self.header + self.sealed

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Raise CannotDecrypt if `raw` is not an envelope of a known format."""
        if len(raw) < HEADER.size + NONCE_BYTES + TAG_BYTES:
            raise CannotDecrypt("The stored value is too short to be an envelope.")
        form, algorithm, dek_id = HEADER.unpack_from(raw)
        if (form, algorithm) != (FORMAT, AES_256_GCM):
            raise CannotDecrypt("The stored value is in no known format.")
        return cls(UUID(bytes=dek_id), raw[HEADER.size :])


class Kek:
    """One version of a keyring's key, ready to wrap and unwrap data keys."""

    __slots__ = ("_bound", "_cipher")

    def __init__(self, key: bytes, *, keyring: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"A key-encryption key has {KEY_BYTES} bytes.")
        self._cipher = AESGCM(key)
        self._bound = context("dek", keyring)

    def wrap(self, dek_id: bytes, dek: bytes) -> bytes:
        """`dek_id` is the 16 bytes of the DEK's UUID; the answer is nonce, ciphertext, tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, dek, self._bound + dek_id)

    def unwrap(self, dek_id: bytes, wrapped: bytes) -> bytes:
        """Raise CannotDecrypt unless this KEK wrapped it for this DEK."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], self._bound + dek_id)
        except (InvalidTag, ValueError):
            raise CannotDecrypt("The data key does not open with this key.") from None


def rewrap(ids: Sequence[bytes], wrapped: Sequence[bytes], *, old: Kek, new: Kek) -> list[bytes]:
    """Move wrapped DEKs from one KEK to another, in their order.

    Nonces are drawn at once and the ciphers made once: a third faster than one by one.
    Raise CannotDecrypt if one of them does not open.
    """
    decrypt, encrypt, bound = old._cipher.decrypt, new._cipher.encrypt, new._bound
    nonces = os.urandom(NONCE_BYTES * len(ids))
    starts = range(0, len(nonces), NONCE_BYTES)
    moved = []
    try:
        for dek_id, sealed, start in zip(ids, wrapped, starts, strict=True):
            nonce = nonces[start : start + NONCE_BYTES]
            aad = bound + dek_id
            dek = decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
            moved.append(nonce + encrypt(nonce, dek, aad))
    except (InvalidTag, ValueError):
        raise CannotDecrypt("A data key does not open with its key.") from None
    return moved


def context(*parts: str) -> bytes:
    """Join names unambiguously: each part is preceded by its length in bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def seal(plaintext: bytes, *, dek_id: UUID, dek: bytes, aad: bytes) -> Envelope:
    """Encrypt under a data key made for this value alone; the header is bound with the context."""
    nonce = os.urandom(NONCE_BYTES)
    envelope = Envelope(dek_id, b"")
    return Envelope(dek_id, nonce + AESGCM(dek).encrypt(nonce, plaintext, envelope.header + aad))


def unseal(envelope: Envelope, *, dek: bytes, aad: bytes) -> bytes:
    """Raise CannotDecrypt unless key, header and context are those of `seal`."""
    nonce, sealed = envelope.sealed[:NONCE_BYTES], envelope.sealed[NONCE_BYTES:]
    try:
        return AESGCM(dek).decrypt(nonce, sealed, envelope.header + aad)
    except (InvalidTag, ValueError):
        raise CannotDecrypt("The stored value does not open with this key and context.") from None
