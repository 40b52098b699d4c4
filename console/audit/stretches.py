"""Reading stretches of a chain from PostgreSQL, flat in memory, by one process or by several.

Only what is stored is hashed: the digests are computed here from salt and text, not by the database.
"""

import hashlib
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg

from console.audit.walk import PACKED, Link, Walk, unpacked

BATCH = 5_000
"""Links read at a time: some 5 MB of text."""

LINKS = """
SELECT string_agg(int8send(seq) || uuid_send(event_id) || digest || hash, ''::bytea ORDER BY seq) FROM (
    SELECT seq, event_id, digest, hash FROM audit_link
    WHERE org_id = %(org_id)s AND seq > %(seq)s AND seq <= %(until)s ORDER BY seq LIMIT %(batch)s
) AS batch
"""
EVENTS = """
SELECT uuid_send(id), salt || convert_to(canonical, 'UTF8'), {odd} FROM audit_event AS e
WHERE {whose} AND id > %(after)s AND id <= %(until)s
"""
ODD = "canonical IS DISTINCT FROM audit_canonical(e)"
ONE_LINK = "SELECT seq, uuid_send(event_id), digest, hash FROM audit_link WHERE org_id = %s AND seq = %s"
ENTER = "SELECT set_config('byoc.org_id', %s, false), set_config('TimeZone', 'UTC', false)"


@dataclass(frozen=True, slots=True)
class Task:
    """Links after `first` through `last` of one chain; `platform` is the chain of no organization."""

    org_id: UUID
    first: int
    last: int
    platform: bool = False
    columns: bool = True
    """Also let PostgreSQL build each text again from the readable columns."""
    purged: tuple[tuple[int, int], ...] = ()
    """Stretches whose events retention has removed, as signed tombstones say."""


@dataclass(slots=True)
class Read:
    walk: Walk
    odd: list[bytes] = field(default_factory=list)
    """Ids of events whose text PostgreSQL spells in another way than it is stored."""


def read(connection: psycopg.Connection[Any], task: Task) -> Read:
    """Walk one stretch. Its first link is judged from the stored hash of the link before it."""
    done = Read(_start(connection, task))
    for until, purged in _parts(task):
        while done.walk.seq < until and (packed := _links(connection, task, done.walk.seq, until)):
            events = _events(connection, task, packed, done)
            done.walk.take(packed, events, purged=purged)
    if done.walk.seq < task.last:
        done.walk.gap(done.walk.seq + 1, task.last + 1)
    return done


def read_by_processes(database: str, tasks: Sequence[Task]) -> list[Read]:
    """Walk stretches at the same time, each in a process with a connection of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(tasks), mp_context=spawn) as pool:
        return list(pool.map(partial(_read_alone, database), tasks))


def shares(task: Task, number: int) -> list[Task]:
    """Divide a task into stretches of the same length."""
    edges = [task.first + (task.last - task.first) * each // number for each in range(number + 1)]
    return [replace(task, first=first, last=last) for first, last in pairwise(edges) if last > first]


def _read_alone(database: str, task: Task) -> Read:
    with psycopg.connect(database) as connection:
        connection.execute(ENTER, [str(task.org_id)])
        return read(connection, task)


def _start(connection: psycopg.Connection[Any], task: Task) -> Walk:
    if not task.first:
        return Walk(task.org_id)
    with psycopg.Cursor(connection) as cursor:
        row = cursor.execute(ONE_LINK, [task.org_id, task.first], binary=True).fetchone()
    if row is None:
        return Walk(task.org_id, task.first, None)
    link = Link(*row)
    return Walk(task.org_id, link.seq, link.hash, newest=link.event_id)


def _parts(task: Task) -> Iterator[tuple[int, bool]]:
    """Cut the stretch where purged ones begin and end."""
    for first, last in task.purged:
        yield min(first - 1, task.last), False
        yield min(last, task.last), True
    yield task.last, False


def _links(connection: psycopg.Connection[Any], task: Task, seq: int, until: int) -> bytes:
    asked = {"org_id": task.org_id, "seq": seq, "until": until, "batch": BATCH}
    with psycopg.Cursor(connection) as cursor:
        row = cursor.execute(LINKS, asked, binary=True).fetchone()
    return bytes(row[0] or b"") if row else b""


def _events(connection: psycopg.Connection[Any], task: Task, packed: bytes, done: Read) -> dict[bytes, bytes]:
    """Digests of the events up to the greatest id of these links, from where the last batch ended."""
    newest = max(map(itemgetter(1), PACKED.iter_unpack(packed)))
    if newest <= done.walk.newest:
        return {}
    asked = {"org_id": task.org_id, "after": UUID(bytes=done.walk.newest), "until": UUID(bytes=newest)}
    done.walk.newest = newest
    sha256, whose = hashlib.sha256, "org_id IS NULL" if task.platform else "org_id = %(org_id)s"
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(EVENTS.format(odd=ODD if task.columns else "false", whose=whose), asked, binary=True)
        rows = cursor.fetchall()
    done.odd += [event_id for event_id, _, odd in rows if odd]
    return {event_id: sha256(text).digest() for event_id, text, _ in rows}


def links_of(connection: psycopg.Connection[Any], task: Task, seq: int) -> list[Link]:
    """The next links, at most a batch of them."""
    return list(unpacked(_links(connection, task, seq, task.last)))
