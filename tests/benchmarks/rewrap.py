"""A whole rotation of an organization's keys by two worker processes, against a bare loop on two processes.

The bare line is the best hand-written loop without any encryption: it reads the same ranges in the same
batches and writes them back by `COPY` and one `UPDATE`, with no engine, no cursor and no proof. It runs in
turns with ours, in the same table.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from console.encryption import keyring, rewrap
from console.encryption.envelope import Kek
from console.encryption.models import Cause
from console.encryption.rewrap import ENGINE, Part
from console.kernel import queue
from console.kernel.ids import new_id
from console.operations.engine.shift import EngineConfig, Shift
from console.operations.models import Operation
from secrets_app.actions import keys
from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

NUMBER = int(os.environ.get("REWRAP_DEKS", "1000000"))
SMALLER = (10_000, 100_000)
ROUNDS = 3
PROCESSES = 2
BARE_READ = """
SELECT uuid_send(id), wrapped, kek_version FROM encryption_dek
WHERE org_id = %(org_id)s AND id BETWEEN %(first)s AND %(last)s AND id > %(cursor)s
ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE
"""
BARE_WRITE = """
UPDATE encryption_dek dek SET kek_version = dek.kek_version, wrapped = rewrapped.wrapped FROM rewrapped
WHERE dek.id = rewrapped.id AND dek.org_id = %(org_id)s AND dek.id BETWEEN %(first)s AND %(last)s
"""
FORKS = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Run:
    seconds: float
    megabytes: float
    """The most that a worker held."""


def main() -> None:
    queue.send = lambda _job, **_ids: None  # workers look by themselves
    with migrated():
        for many in SMALLER:
            _told(many, _filled(many))
        made = _filled(NUMBER)
        before = _table_bytes()
        pairs = [(_bare(made), _rotated(made)) for _ in range(ROUNDS)]
        _tell(made, pairs, before)
        rates = sorted(NUMBER / ours.seconds for _, ours in pairs)
        ratio = median(bare / ours.seconds for bare, ours in pairs)
    say("rewrap", value=rates[ROUNDS // 2], unit="DEKs/s", ratio=ratio, against="two_processes_without_crypto")


def _told(many: int, made: world.World) -> None:
    run = _rotated(made)
    _print(
        f"rewrap_{many}: {run.seconds:.2f} s, {many / run.seconds:,.0f} DEKs/s, {run.megabytes:.0f} MiB a worker"
    )


def _tell(made: world.World, pairs: list[tuple[float, Run]], before: int) -> None:
    for bare, ours in pairs:
        _print(
            f"rewrap_{NUMBER}: {ours.seconds:.2f} s, {NUMBER / ours.seconds:,.0f} DEKs/s, "
            f"{ours.megabytes:.0f} MiB a worker; without crypto {NUMBER / bare:,.0f} DEKs/s"
        )
    _print(
        f"rewrap_table: {before / 2**20:.1f} MiB before, {_table_bytes() / 2**20:.1f} MiB after {ROUNDS} rotations"
    )
    _print(f"rewrap_left: {rewrap.count(str(made.organization.id))} by version")


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _filled(many: int) -> world.World:
    """An organization with that many data keys under its first version."""
    made = world.make(f"bench-{many}")
    name = str(made.organization.id)
    version = keyring.keyring(name).version(1)
    kek = Kek(keyring.store().material(name, version), keyring=name)
    with _owner() as cursor, cursor.copy("COPY encryption_dek FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "uuid", "int4", "bytea"])
        for _ in range(many):
            dek_id = new_id()
            copy.write_row((made.organization.id, dek_id, 1, kek.wrap(dek_id.bytes, os.urandom(32))))
    with _owner() as cursor:
        cursor.execute("VACUUM ANALYZE encryption_dek")
    return made


@contextmanager
def _owner() -> Iterator[Any]:
    connection = connections["owner"]
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def _table_bytes() -> int:
    with _owner() as cursor:
        row = cursor.execute("SELECT pg_relation_size('encryption_dek')").fetchone()
    return int(row[0])


def _rotated(made: world.World) -> Run:
    """From the request to the proof, worked off by two processes."""
    with made.scope.entered():
        began = time.perf_counter()
        operation = keys.start(scope=made.scope, cause=Cause.PERSON)
    held = _in_two_processes(lambda _place: _work(operation.id))
    seconds = time.perf_counter() - began
    ended = Operation.objects.using("owner").get(pk=operation.id)
    assert ended.state == "succeeded", (ended.state, ended.message)
    return Run(seconds, max(held))


def _work(operation_id: UUID) -> None:
    config = EngineConfig()
    while Operation.objects.using("owner").filter(pk=operation_id, finished_at=None).exists():
        Shift(config).work()
        time.sleep(0.05)


def _bare(made: world.World) -> float:
    name = str(made.organization.id)
    halves = rewrap.halves(name, NUMBER)
    parts = [Part(UUID(int=0), name, 0, first, last) for first, last in halves]
    began = time.perf_counter()
    _in_two_processes(lambda place: _loop(parts[place]))
    return time.perf_counter() - began


def _loop(part: Part) -> None:
    connection = connections[ENGINE]
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("CREATE TEMPORARY TABLE rewrapped (id uuid, wrapped bytea) ON COMMIT DELETE ROWS")
        reached = UUID(int=0)
        while rows := _bare_batch(cursor, part, reached):
            reached = UUID(bytes=bytes(rows[-1][0]))


def _bare_batch(cursor: Any, part: Part, reached: UUID) -> list[tuple[bytes, bytes, int]]:
    with cursor.connection.transaction():
        stretch = {**part.bounds, "cursor": reached, "most": rewrap.BATCH}
        rows: list[tuple[bytes, bytes, int]] = cursor.execute(BARE_READ, stretch, binary=True).fetchall()
        if rows:
            with cursor.copy(rewrap.COPY) as copy:
                copy.write(rewrap.in_copy_format([(dek_id, wrapped) for dek_id, wrapped, _ in rows]))
            first, last = UUID(bytes=bytes(rows[0][0])), UUID(bytes=bytes(rows[-1][0]))
            cursor.execute(BARE_WRITE, {**part.bounds, "first": first, "last": last})
    return rows


def _in_two_processes(work: Callable[[int], None]) -> list[float]:
    """Run `work` in each; return how many MiB each held at most."""
    connections.close_all()
    answers = FORKS.SimpleQueue()
    forks = [FORKS.Process(target=_child, args=(work, place, answers)) for place in range(PROCESSES)]
    for fork in forks:
        fork.start()
    for fork in forks:
        fork.join()
    assert all(fork.exitcode == 0 for fork in forks)
    return [answers.get() for _ in forks]


def _child(work: Callable[[int], None], place: int, answers: Any) -> None:
    work(place)
    answers.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    connections.close_all()
