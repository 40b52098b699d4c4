"""Data keys in their table: made, read one by one or for a page of rows at once."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID
from zlib import crc32

from django.db import connections

from console.encryption.envelope import KEY_BYTES, CannotDecrypt
from console.encryption.keyring import keyring, new_dek_id, organization_of

LOCK_CLASS = 0x44454B  # "DEK": PostgreSQL's advisory locks are pairs of numbers
SHARED = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
EXCLUSIVE = "SELECT pg_try_advisory_xact_lock(%s, %s)"
INSERT = """
INSERT INTO encryption_dek (org_id, id, kek_version, wrapped)
SELECT %s, made.id, %s, made.wrapped FROM unnest(%s::uuid[], %s::bytea[]) AS made(id, wrapped)
"""
SELECT = "SELECT id, kek_version, wrapped FROM encryption_dek WHERE org_id = %s AND id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class WrappedDek:
    id: UUID
    kek_version: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class FreshDek:
    id: UUID
    key: bytes


def make(name: str, many: int = 1, *, using: str = "default") -> list[FreshDek]:
    """Make data keys under the active version of a keyring, in the caller's transaction.

    Until its end no older version can be disabled, so that none of them is left under one.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("An encrypted value is saved within a transaction, together with its data key.")
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [LOCK_CLASS, lock_number(name)])
        ring = keyring(name)  # after the lock, so that a version made meanwhile is seen
        version = ring.active_version
        kek = ring.kek(version)
        fresh = [FreshDek(new_dek_id(name), os.urandom(KEY_BYTES)) for _ in range(many)]
        wrapped = [kek.wrap(one.id.bytes, one.key) for one in fresh]
        cursor.execute(INSERT, [organization_of(name), version, [one.id for one in fresh], wrapped])
    return fresh


def hold_off(name: str, *, using: str) -> bool:
    """Keep others from making data keys until the end of the transaction; False while somebody makes some."""
    with connections[using].cursor() as cursor:
        cursor.execute(EXCLUSIVE, [LOCK_CLASS, lock_number(name)])
        return bool(cursor.fetchone()[0])


def lock_number(name: str) -> int:
    return crc32(name.encode()) - (1 << 31)


def fetch(org_id: UUID, ids: Iterable[UUID], *, using: str = "default") -> dict[UUID, WrappedDek]:
    """Read wrapped data keys in one query; those that are not there are left out."""
    with connections[using].cursor() as cursor:
        cursor.execute(SELECT, [org_id, list(ids)])
        rows: Sequence[tuple[UUID, int, bytes]] = cursor.fetchall()
    return {found: WrappedDek(found, version, bytes(wrapped)) for found, version, wrapped in rows}


def unwrapped(name: str, dek: WrappedDek | None) -> bytes:
    """Raise CannotDecrypt if there is no such key, KeyUnavailable if its KEK is not to be had."""
    if dek is None:
        raise CannotDecrypt("The data key is not there.")
    return keyring(name).kek(dek.kek_version).unwrap(dek.id.bytes, dek.wrapped)
