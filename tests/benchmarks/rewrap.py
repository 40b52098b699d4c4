"""A whole rotation of an organization's keys by two worker processes, against a bare loop on two processes.

The bare line is the best hand-written loop: the same SQL and the same encryption over the same data keys, with no
operation, no engine, no cursor, no count and no proof. It runs in turns with ours. What the same SQL takes without
any encryption is printed beside it.
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
from console.encryption.envelope import WRAPPED_BYTES, Kek
from console.encryption.envelope import rewrap as rewrapped
from console.encryption.models import Cause
from console.encryption.rewrap import ENGINE, Part, Rows
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
        pairs = [(_by_hand(made), _rotated(made)) for _ in range(ROUNDS)]
        _tell(made, pairs, before)
        _print(f"rewrap_without_crypto: {NUMBER / _by_hand(made, encrypts=False):,.0f} rows/s")
        rates = sorted(NUMBER / ours.seconds for _, ours in pairs)
        ratio = median(bare / ours.seconds for bare, ours in pairs)
    say("rewrap", value=rates[ROUNDS // 2], unit="DEKs/s", ratio=ratio, against="a_loop_by_hand_on_two_processes")


def _told(many: int, made: world.World) -> None:
    run = _rotated(made)
    _print(
        f"rewrap_{many}: {run.seconds:.2f} s, {many / run.seconds:,.0f} DEKs/s, {run.megabytes:.0f} MiB a worker"
    )


def _tell(made: world.World, pairs: list[tuple[float, Run]], before: int) -> None:
    for bare, ours in pairs:
        _print(
            f"rewrap_{NUMBER}: {ours.seconds:.2f} s, {NUMBER / ours.seconds:,.0f} DEKs/s, "
            f"{ours.megabytes:.0f} MiB a worker; by hand {NUMBER / bare:,.0f} DEKs/s"
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


def _by_hand(made: world.World, *, encrypts: bool = True) -> float:
    """Seconds for one more version."""
    name = str(made.organization.id)
    to_version = keyring.store().add_version(name)
    shares = rewrap.shares(name, to_version)
    parts = [Part(UUID(int=0), name, to_version, share.first, share.last) for share in shares]
    began = time.perf_counter()
    _in_two_processes(lambda place: _loop(parts[place], encrypts=encrypts))
    return time.perf_counter() - began


def _loop(part: Part, *, encrypts: bool) -> None:
    connection = connections[ENGINE]
    connection.ensure_connection()
    ring = keyring.keyring(part.keyring)
    old, new = ring.kek(part.to_version - 1), ring.kek(part.to_version)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(rewrap.TEMPORARY)
        reached = UUID(int=0)
        while rows := _batch(cursor, part, reached, (old, new) if encrypts else None):
            reached = UUID(bytes=rows[-1][0])


def _batch(cursor: Any, part: Part, reached: UUID, keks: tuple[Kek, Kek] | None) -> Rows:
    with rewrap.uncollected(), cursor.connection.transaction():
        stretch = {**part.bounds, "cursor": reached, "to": part.to_version, "most": rewrap.BATCH}
        rows: Rows = cursor.execute(rewrap.READ, stretch, binary=True).fetchall()
        if rows:
            ids, wrapped = [row[0] for row in rows], [row[1] for row in rows]
            drawn = os.urandom(len(rows) * WRAPPED_BYTES) if keks is None else b""
            moved = rewrapped(ids, wrapped, old=keks[0], new=keks[1]) if keks else _cut(drawn)
            with cursor.copy(rewrap.COPY) as copy:
                copy.write(rewrap.in_copy_format(ids, moved))
            first, last = UUID(bytes=ids[0]), UUID(bytes=ids[-1])
            cursor.execute(rewrap.WRITE, {**part.bounds, "first": first, "last": last, "to": part.to_version})
    return rows


def _cut(drawn: bytes) -> list[bytes]:
    return [drawn[at : at + WRAPPED_BYTES] for at in range(0, len(drawn), WRAPPED_BYTES)]


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
