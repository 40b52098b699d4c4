"""Re-wrapping data keys, a batch a transaction, by the engine's role.

A batch reads a stretch of the primary key, moves its keys in memory and writes them by `COPY` and one
`UPDATE`, together with the range's cursor: killed at any instruction, the next attempt goes on where the last
committed batch ended. No ciphertext is read or written.
"""

import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from console.encryption.envelope import WRAPPED_BYTES, CannotDecrypt, Kek, rewrap
from console.encryption.keyring import Keyring, VersionUnknown, dek_range, keyring, organization_of

ENGINE = "engine"
BATCH = 20_000
PART = "org_id = %(org_id)s AND id BETWEEN %(first)s AND %(last)s"

LOCKED = """
SELECT coalesce(cursor, '00000000-0000-0000-0000-000000000000'), finished_at IS NOT NULL
FROM encryption_work_range WHERE id = %(range)s FOR NO KEY UPDATE
"""
READ = f"""
SELECT uuid_send(id), wrapped, kek_version FROM encryption_dek
WHERE {PART} AND id > %(cursor)s AND kek_version < %(to)s ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE
"""  # noqa: S608  put together from this module's own words
TEMPORARY = "CREATE TEMPORARY TABLE IF NOT EXISTS rewrapped (id uuid, wrapped bytea) ON COMMIT DELETE ROWS"
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # PostgreSQL manual, COPY, "Binary Format": no flags
COPY_TRAILER = b"\xff\xff"
COPY = "COPY rewrapped (id, wrapped) FROM STDIN (FORMAT BINARY)"
WRITE = """
UPDATE encryption_dek dek SET kek_version = %(to)s, wrapped = rewrapped.wrapped FROM rewrapped
WHERE dek.id = rewrapped.id AND dek.org_id = %(org_id)s AND dek.id BETWEEN %(first)s AND %(last)s
"""
MOVE = """
UPDATE encryption_work_range
SET cursor = %(cursor)s, done = done + %(done)s, unopened = unopened + %(unopened)s, changed_at = %(at)s,
    started_at = coalesce(started_at, %(at)s), finished_at = CASE WHEN %(over)s THEN %(at)s::timestamptz END
WHERE id = %(range)s
"""
COUNT = f"SELECT kek_version, count(*) FROM encryption_dek WHERE {PART} GROUP BY 1"  # noqa: S608  as above
COUNT_OLD = f"SELECT count(*) FROM encryption_dek WHERE {PART} AND kek_version < %(to)s"  # noqa: S608  as above
MIDDLE = f"""
SELECT id FROM encryption_dek WHERE {PART} ORDER BY id OFFSET %(half)s LIMIT 1
"""  # noqa: S608  as above

Rows = Sequence[tuple[bytes, bytes, int]]
"""Id, wrapped key, version."""


@dataclass(frozen=True, slots=True)
class Part:
    """A range of one keyring's data keys, on its way to a version."""

    range_id: UUID
    keyring: str
    to_version: int
    first: UUID
    last: UUID

    @property
    def bounds(self) -> dict[str, Any]:
        return {"org_id": organization_of(self.keyring), "first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Batch:
    done: int
    unopened: int
    over: bool
    """Nothing is left of the range."""


def rewrap_batch(part: Part, *, at: datetime, most: int = BATCH) -> Batch:
    """Re-wrap the next data keys of a range. One that does not open is counted and left as it is."""
    ring = keyring(part.keyring)
    with transaction.atomic(using=ENGINE), connections[ENGINE].cursor() as cursor:
        cursor.execute(LOCKED, {"range": part.range_id})
        reached, over = cursor.fetchone()
        if over:
            return Batch(0, 0, over=True)
        rows = _read(cursor, part, reached, most)
        moved = _moved(rows, ring, part.to_version)
        _write(cursor, part, rows, moved)
        batch = Batch(len(moved), len(rows) - len(moved), over=len(rows) < most)
        reached = UUID(bytes=bytes(rows[-1][0])) if rows else reached
        counted = {"done": batch.done, "unopened": batch.unopened, "over": batch.over}
        cursor.execute(MOVE, {"range": part.range_id, "cursor": reached, "at": at, **counted})
    return batch


def _read(cursor: Any, part: Part, reached: UUID, most: int) -> Rows:
    stretch = {**part.bounds, "cursor": reached, "to": part.to_version, "most": most}
    with psycopg.Cursor(cursor.connection) as binary:  # Django's own asks for text, four times slower here
        rows: Rows = binary.execute(READ, stretch, binary=True).fetchall()
    return rows


def _moved(rows: Rows, ring: Keyring, to_version: int) -> list[tuple[bytes, bytes]]:
    """The rows' keys under the new version, in their order; without those that do not open."""
    new = ring.kek(to_version)
    by_version: dict[int, list[tuple[bytes, bytes]]] = defaultdict(list)
    for dek_id, wrapped, version in rows:
        by_version[version].append((dek_id, wrapped))
    found = []
    for version, pairs in by_version.items():
        try:
            old = ring.kek(version)
        except VersionUnknown:
            continue
        try:
            found += rewrap(pairs, old=old, new=new)
        except CannotDecrypt:
            found += [moved for pair in pairs if (moved := _one(pair, old, new))]
    return sorted(found) if len(by_version) > 1 else found


def _one(pair: tuple[bytes, bytes], old: Kek, new: Kek) -> tuple[bytes, bytes] | None:
    try:
        return rewrap([pair], old=old, new=new)[0]
    except CannotDecrypt:
        return None


def _write(cursor: Any, part: Part, rows: Rows, moved: Sequence[tuple[bytes, bytes]]) -> None:
    if not moved:
        return
    cursor.execute(TEMPORARY)
    with cursor.copy(COPY) as copy:
        copy.write(in_copy_format(moved))
    first, last = UUID(bytes=bytes(rows[0][0])), UUID(bytes=bytes(rows[-1][0]))
    cursor.execute(WRITE, {**part.bounds, "first": first, "last": last, "to": part.to_version})


def in_copy_format(rows: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Ids and wrapped keys as PostgreSQL's binary COPY wants them; all rows are of one length, so that they
    are joined rather than packed one by one."""
    before_id, before_key = struct.pack(">hi", 2, 16), struct.pack(">i", WRAPPED_BYTES)
    return b"".join(
        (COPY_HEADER, *(b"".join((before_id, one, before_key, key)) for one, key in rows), COPY_TRAILER)
    )


def count(name: str) -> dict[int, int]:
    """How many data keys of a keyring are under each version: a scan of its range."""
    first, last = dek_range(name)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(COUNT, {"org_id": organization_of(name), "first": first, "last": last})
        return dict(cursor.fetchall())


def count_old(part: Part) -> int:
    """How many data keys of a range are under earlier versions."""
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(COUNT_OLD, {**part.bounds, "to": part.to_version})
        (many,) = cursor.fetchone()
    return int(many)


def halves(name: str, total: int) -> list[tuple[UUID, UUID]]:
    """Two disjoint ranges of about as many data keys each, for two processes; one where there are few."""
    first, last = dek_range(name)
    if total < 2 * BATCH:
        return [(first, last)]
    with connections[ENGINE].cursor() as cursor:
        bounds = {"org_id": organization_of(name), "first": first, "last": last}
        cursor.execute(MIDDLE, {**bounds, "half": total // 2})
        (middle,) = cursor.fetchone()
    return [(first, UUID(int=middle.int - 1)), (middle, last)]
