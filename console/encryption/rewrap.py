"""Re-wrapping data keys, a batch a transaction, by the engine's role.

A batch reads a stretch of the primary key, moves its keys in memory and writes them by `COPY` and one
`UPDATE`, together with the range's cursor: killed at any instruction, the next attempt goes on where the last
committed batch ended. No ciphertext is read or written. Rows are not locked: nobody else changes a data key, one
that is deleted meanwhile is passed over, and none goes back to an earlier version.
"""

import gc
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
WHERE {PART} AND id > %(cursor)s AND kek_version < %(to)s ORDER BY id LIMIT %(most)s
"""  # noqa: S608  put together from this module's own words
TEMPORARY = "CREATE TEMPORARY TABLE IF NOT EXISTS rewrapped (id uuid, wrapped bytea) ON COMMIT DELETE ROWS"
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # PostgreSQL manual, COPY, "Binary Format": no flags
COPY_TRAILER = b"\xff\xff"
COPY = "COPY rewrapped (id, wrapped) FROM STDIN (FORMAT BINARY)"
WRITE = """
UPDATE encryption_dek dek SET kek_version = %(to)s, wrapped = rewrapped.wrapped FROM rewrapped
WHERE dek.id = rewrapped.id AND dek.org_id = %(org_id)s AND dek.id BETWEEN %(first)s AND %(last)s
    AND dek.kek_version < %(to)s
"""
MOVE = """
UPDATE encryption_work_range
SET cursor = %(cursor)s, done = done + %(done)s, unopened = unopened + %(unopened)s, changed_at = %(at)s,
    started_at = coalesce(started_at, %(at)s), finished_at = CASE WHEN %(over)s THEN %(at)s::timestamptz END
WHERE id = %(range)s
"""
COUNT = f"SELECT kek_version, count(*) FROM encryption_dek WHERE {PART} GROUP BY 1"  # noqa: S608  as above
HALVES = f"""
SELECT count(*) FILTER (WHERE id < %(middle)s), count(*) FILTER (WHERE id >= %(middle)s)
FROM encryption_dek WHERE {PART} AND kek_version < %(to)s
"""  # noqa: S608  as above
SAMPLE = f"""
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM encryption_dek TABLESAMPLE SYSTEM (1) WHERE {PART}
"""  # noqa: S608  as above
MIDDLE = f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM encryption_dek WHERE {PART}"  # noqa: S608

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
    with uncollected(), transaction.atomic(using=ENGINE), plain_cursor() as cursor:
        cursor.execute(LOCKED, {"range": part.range_id})
        reached, over = cursor.fetchone()
        if over:
            return Batch(0, 0, over=True)
        rows = _read(cursor, part, reached, most)
        ids, wrapped = _moved(rows, ring, part.to_version)
        if ids:
            _write(cursor, part, rows, in_copy_format(ids, wrapped))
        batch = Batch(len(ids), len(rows) - len(ids), over=len(rows) < most)
        reached = UUID(bytes=rows[-1][0]) if rows else reached
        counted = {"done": batch.done, "unopened": batch.unopened, "over": batch.over}
        cursor.execute(MOVE, {"range": part.range_id, "cursor": reached, "at": at, **counted})
    return batch


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python's cycle collector from walking the whole heap for a batch of rows, which hold no cycles: it
    costs as much as the encryption. What is not needed any more is freed all the same."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def plain_cursor() -> Iterator[Any]:
    """psycopg's own: Django's asks for text, four times slower here, and puts values into the statement, so that
    PostgreSQL plans each batch anew, and worse."""
    with psycopg.Cursor(connections[ENGINE].connection) as cursor:
        yield cursor


def _read(cursor: Any, part: Part, reached: UUID, most: int) -> Rows:
    stretch = {**part.bounds, "cursor": reached, "to": part.to_version, "most": most}
    rows: Rows = cursor.execute(READ, stretch, binary=True).fetchall()
    return rows


def _moved(rows: Rows, ring: Keyring, to_version: int) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Ids of the data keys that open, and these under the new version."""
    if not rows:
        return (), ()
    ids, wrapped, versions = zip(*rows, strict=True)
    new = ring.kek(to_version)
    if len(set(versions)) == 1:
        try:
            return ids, rewrap(ids, wrapped, old=ring.kek(versions[0]), new=new)
        except (CannotDecrypt, VersionUnknown):
            pass  # then one by one
    opened = [(row[0], moved) for row in rows if (moved := _one(row, ring, new))]
    return [dek_id for dek_id, _ in opened], [moved for _, moved in opened]


def _one(row: tuple[bytes, bytes, int], ring: Keyring, new: Kek) -> bytes | None:
    dek_id, wrapped, version = row
    try:
        return rewrap([dek_id], [wrapped], old=ring.kek(version), new=new)[0]
    except (CannotDecrypt, VersionUnknown):
        return None


def _write(cursor: Any, part: Part, rows: Rows, copied: bytes) -> None:
    cursor.execute(TEMPORARY)
    with cursor.copy(COPY) as copy:
        copy.write(copied)
    first, last = UUID(bytes=rows[0][0]), UUID(bytes=rows[-1][0])
    cursor.execute(WRITE, {**part.bounds, "first": first, "last": last, "to": part.to_version})


def in_copy_format(ids: Sequence[bytes], wrapped: Sequence[bytes]) -> bytes:
    """As PostgreSQL's binary COPY wants them; all rows are of one length, so that they are joined rather than
    packed one by one."""
    before_id, before_key = struct.pack(">hi", 2, 16), struct.pack(">i", WRAPPED_BYTES)
    pairs = zip(ids, wrapped, strict=True)
    written = [part for dek_id, key in pairs for part in (before_id, dek_id, before_key, key)]
    return b"".join([COPY_HEADER, *written, COPY_TRAILER])


def count(name: str) -> dict[int, int]:
    """How many data keys of a keyring are under each version: a scan of its range."""
    first, last = dek_range(name)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(COUNT, {"org_id": organization_of(name), "first": first, "last": last})
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Share:
    """A range of a keyring's data keys, and how many of them are on earlier versions."""

    first: UUID
    last: UUID
    many: int


def shares(name: str, to_version: int) -> list[Share]:
    """Two disjoint ranges of about as many data keys each, for two processes; one where there are few."""
    first, last = dek_range(name)
    bounds = {"org_id": organization_of(name), "first": first, "last": last}
    with connections[ENGINE].cursor() as cursor:
        middle = _middle(cursor, bounds) or last
        cursor.execute(HALVES, {**bounds, "middle": middle, "to": to_version})
        before, after = cursor.fetchone()
    if before + after < 2 * BATCH:
        return [Share(first, last, before + after)]
    return [Share(first, UUID(int=middle.int - 1), before), Share(middle, last, after)]


def _middle(cursor: Any, bounds: dict[str, Any]) -> UUID | None:
    """By a hundredth of the table's pages; exactly where these hold none."""
    for question in (SAMPLE, MIDDLE):
        cursor.execute(question, bounds)
        (middle,) = cursor.fetchone()
        if middle is not None:
            return UUID(str(middle))
    return None
