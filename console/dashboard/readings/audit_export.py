"""The trail as a file: oldest first, each line with its link, read through a cursor of the server.

A receiver recomputes the chain from the lines alone: `digest` from salt and canonical text, `hash` from the
line before. Numbers without a gap from `after` + 1 to `through`, and the last hash the one that was promised,
prove that nothing is missing; the next export goes on from `through`.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from console.audit import chain
from console.audit.models import AuditCheckpoint, AuditLink, AuditTombstone
from console.audit.models.chain import SignedRow
from console.dashboard.readings.audit_filters import TrailFilter
from console.dashboard.readings.audit_proof import statement
from console.kernel.scope import Scope

FORMAT = "byoc-audit-export"
BATCH = 1000
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Which links a file holds: those after `after` up to `through`."""

    org_id: UUID
    after: int
    through: int
    before_hash: str
    """Of the link `after`, in hex: what the first line follows."""
    hash: str
    """Of the link `through`: what the last line must end with."""
    signed: tuple[dict[str, Any], ...] = ()
    """Tombstones of purged stretches and the newest checkpoint, each with what checks its signature."""


@dataclass(frozen=True, slots=True)
class Row:
    """One link with its event; the columns of a purged event are empty."""

    seq: int
    event_id: UUID
    digest: bytes
    hash: bytes
    salt: bytes | None
    canonical: str | None

    @property
    def proof(self) -> dict[str, Any]:
        salt = bytes(self.salt).hex() if self.salt is not None else None
        return {"seq": self.seq, "event_id": str(self.event_id), "digest": bytes(self.digest).hex(),
                "hash": bytes(self.hash).hex(), "salt": salt, "canonical": self.canonical}  # fmt: skip


def extent(*, scope: Scope, after: int = 0) -> Extent:
    """From the link that a receiver has to the newest; an `after` beyond the end makes an empty file."""
    links = AuditLink.objects.visible_to(scope)
    newest = links.newest_first().first()
    known = links.filter(seq=after).first() if after else None
    through = max(newest.seq, after) if newest else after
    before = bytes(known.hash) if known else chain.ZERO
    last = bytes(newest.hash).hex() if newest else before.hex()
    return Extent(scope.org_id, after, through, before.hex(), last, _signed(scope))


def _signed(scope: Scope) -> tuple[dict[str, Any], ...]:
    newest = AuditCheckpoint.objects.visible_to(scope).newest_first().first()
    rows: list[SignedRow] = [*AuditTombstone.objects.visible_to(scope).oldest_first()]
    return tuple(statement(row) for row in [*rows, *([newest] if newest else [])])


# --- rows ---

EVERY = """
SELECT link.seq, link.event_id, link.digest, link.hash, event.salt, event.canonical
FROM audit_link AS link LEFT JOIN audit_event AS event ON event.id = link.event_id
WHERE link.org_id = %s AND link.seq > %s AND link.seq <= %s ORDER BY link.seq
"""
CHOSEN = """
SELECT link.seq, link.event_id, link.digest, link.hash, event.salt, event.canonical
FROM audit_link AS link JOIN audit_event AS event ON event.id = link.event_id
WHERE link.org_id = %s AND link.seq > %s AND link.seq <= %s AND event.id IN ({chosen}) ORDER BY link.seq
"""


def rows(scope: Scope, found: Extent, trail: TrailFilter | None) -> Iterator[Row]:
    """Read the links in their order, in a transaction of the scope's that is open while they are sent."""
    asked: str = EVERY
    values: list[Any] = [scope.org_id, found.after, found.through]
    if trail is not None:
        chosen, more = trail.rows(scope, most=None).values("id").query.sql_with_params()
        asked, values = CHOSEN.format(chosen=chosen), [*values, *more]
    with scope.entered(), connection.chunked_cursor() as cursor:
        cursor.execute(asked, values)
        while batch := cursor.fetchmany(BATCH):
            for row in batch:
                yield Row(*row)


# --- JSON Lines ---


def json_lines(found: Extent, lines: Iterable[Row], *, complete: bool, at: datetime) -> Iterator[bytes]:
    """A head, a line for every link, and a foot that says where to go on."""
    head = {"format": FORMAT, "v": chain.FORMAT, "org_id": str(found.org_id), "after": found.after,
            "before_hash": found.before_hash, "through": found.through, "hash": found.hash, "complete": complete,
            "exported_at": at.astimezone(UTC).isoformat()}  # fmt: skip
    yield _line({"head": head})
    number = 0
    for row in lines:
        number += 1
        yield _line(row.proof)
    foot = {"lines": number, "through": found.through, "hash": found.hash, "next_after": found.through,
            "signed": found.signed}  # fmt: skip
    yield _line({"foot": foot})


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# --- CSV ---

TOLD = (
    "at_utc", "event", "outcome", "actor_kind", "actor_id", "actor_label", "target_type", "target_id",
    "target_label", "project_id", "reason", "changes", "facts", "operation_id", "request_id", "session_id",
    "authentication", "engagement_id", "source", "source_ip", "user_agent",
)  # fmt: skip
PROVEN = ("seq", "event_id", "digest", "hash", "salt", "canonical")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula by spreadsheets."""


def csv_lines(lines: Iterable[Row]) -> Iterator[bytes]:
    """One row a link (RFC 4180): what people read first, then what the chain is recomputed from."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["seq", *TOLD, *PROVEN[1:]])
    for row in lines:
        writer.writerow(_cells(row))
        if buffer.tell() > 64_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _cells(row: Row) -> Sequence[Any]:
    told: dict[str, Any] = json.loads(row.canonical) if row.canonical else {}
    proof = row.proof
    return [row.seq, *(_cell(told.get(name)) for name in TOLD), *(proof[name] for name in PROVEN[1:])]


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return text


KINDS = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
"""Formats by the ending of the file's name."""


def lines_of(
    kind: str, *, scope: Scope, found: Extent, trail: TrailFilter | None, at: datetime
) -> Iterator[bytes]:
    read = rows(scope, found, trail)
    if kind == "csv":
        return csv_lines(read)
    return json_lines(found, read, complete=trail is None, at=at)
