"""Signed words about a chain: checkpoints and tombstones, by Ed25519 (RFC 8032); framework-free."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Said = Mapping[str, Any]

CHECKPOINT = "byoc-audit-checkpoint-v1"
TOMBSTONE = "byoc-audit-tombstone-v1"


def checkpoint_statement(*, key_id: UUID, org_id: UUID, seq: int, link_hash: bytes, at_utc: str) -> str:
    return _stated(
        CHECKPOINT, key_id=str(key_id), org_id=str(org_id), seq=seq, hash=link_hash.hex(), at_utc=at_utc
    )


def tombstone_statement(
    *, key_id: UUID, org_id: UUID, from_seq: int, through_seq: int, link_hash: bytes, at_utc: str
) -> str:
    """`link_hash` is that of the last link whose event is purged."""
    return _stated(
        TOMBSTONE, key_id=str(key_id), org_id=str(org_id), from_seq=from_seq, through_seq=through_seq,
        hash=link_hash.hex(), at_utc=at_utc,
    )  # fmt: skip


def _stated(kind: str, **said: str | int) -> str:
    return json.dumps({"kind": kind, **said}, separators=(",", ":"))


def new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sign(private_key: bytes, statement: str) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(statement.encode())


def said_by(public_key: bytes | None, statement: str, signature: bytes) -> Said | None:
    """What the statement says if the key signed it, else None."""
    if public_key is None:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement.encode())
        said = json.loads(statement)
    except (InvalidSignature, ValueError):
        return None
    return said if isinstance(said, dict) else None
