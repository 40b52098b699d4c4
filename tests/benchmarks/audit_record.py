"""A business UPDATE with its event and link, against the same UPDATE with a bare insert of the same event row.

Both go through psycopg in one transaction each, in turns; 50 writers over 50 organizations, and beside it 50 in
one organization, whose commits wait for each other.
"""

import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections

from console.audit import chain
from console.audit.actions import events as audit
from console.audit.models import AuditEvent, Outcome
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from regions.models import Connection as Place
from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

PROCESSES, THREADS = 2, 25
ROUNDS, SECONDS = 7, 1.0
WRITERS = PROCESSES * THREADS
CHAINED, BARE = "audit_event", "bench_event"

SETUP = f"""
CREATE TABLE {BARE} (LIKE {CHAINED} INCLUDING ALL) PARTITION BY RANGE (id);
CREATE TABLE {BARE}_default PARTITION OF {BARE} DEFAULT;
GRANT INSERT ON {BARE} TO byoc_app;
"""
ENTER = "SELECT set_config('byoc.org_id', %s, true)"
CHANGE = "UPDATE regions_connection SET message = %s WHERE id = %s"
COLUMNS = [str(field.column) for field in AuditEvent._meta.concrete_fields]
INSERT = f"INSERT INTO %s ({', '.join(COLUMNS)}) VALUES ({', '.join(['%%s'] * len(COLUMNS))})"

Target = tuple[Scope, UUID]
"""Who writes, and the row that they change."""


def main() -> None:
    with migrated(), writers() as rate:
        with connections["owner"].cursor() as cursor:
            cursor.execute(SETUP)
        everywhere = [
            (made.scope, made.connection.id) for made in map(world.make, map("bench-{}".format, range(WRITERS)))
        ]
        compare("audit_record_one_org", rate, within(everywhere[0][0]))
        compare("audit_record", rate, everywhere)


def compare(name: str, rate: Callable[[str, list[Target]], float], targets: list[Target]) -> None:
    pairs = []
    for number in range(ROUNDS + 1):
        order = (CHAINED, BARE) if number % 2 else (BARE, CHAINED)
        found = {table: rate(table, targets) for table in order}
        pairs.append((found[CHAINED], found[BARE]))
    warm = pairs[1:]
    value = statistics.median(ours for ours, _ in warm)
    ratio = statistics.median(ours / bare for ours, bare in warm)
    say(name, value=value, unit="events/s", ratio=ratio, against="bare_insert_of_the_event")


def within(scope: Scope) -> list[Target]:
    """As many rows of one organization as there are writers: they share its chain and nothing else."""
    with scope.entered():
        rows = [
            Place.objects.create(
                org_id=scope.org_id, name=f"aws-{number}", cloud="aws", account_id=f"{number:012}",
                external_id=f"external-{number}", state="draft", created_by="Alice",
            )
            for number in range(WRITERS)
        ]  # fmt: skip
    return [(scope, row.id) for row in rows]


@contextmanager
def writers() -> Iterator[Callable[[str, list[Target]], float]]:
    """Start the writers' processes; yield what lets them write into a table and says transactions per second."""
    fork, started = multiprocessing.get_context("fork"), []
    connections.close_all()
    for _ in range(PROCESSES):
        here, there = fork.Pipe()
        process = fork.Process(target=serve, args=(there, connection_string()))
        process.start()
        started.append((process, here))

    def rate(table: str, targets: list[Target]) -> float:
        for number, (_, here) in enumerate(started):
            here.send((table, targets[number * THREADS : (number + 1) * THREADS]))
        return float(sum(here.recv() for _, here in started)) / SECONDS

    try:
        yield rate
    finally:
        for process, here in started:
            here.send(None)
            process.join()


def connection_string() -> str:
    known = connections["default"].settings_dict
    return psycopg.conninfo.make_conninfo(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname=known["NAME"],
    )


def serve(pipe: Connection, database: str) -> None:
    """Write as told until told to stop."""
    opened = [psycopg.connect(database) for _ in range(THREADS)]
    while (told := pipe.recv()) is not None:
        pipe.send(write_all(opened, *told))
    for each in opened:
        each.close()


def write_all(opened: list[psycopg.Connection[Any]], table: str, targets: list[Target]) -> int:
    counts, ready = [0] * THREADS, threading.Barrier(THREADS)

    def run(number: int) -> None:
        ready.wait()
        counts[number] = write(opened[number], table, *targets[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def write(connection: psycopg.Connection[Any], table: str, scope: Scope, row_id: UUID) -> int:
    """Only what is chained is spelled and salted anew each time; the bare row repeats the first one's text."""
    first, insert, done = event_of(scope, row_id), INSERT % table, 0
    row, fields = dict(zip(COLUMNS, values(first), strict=True)), audit.fields_of(first)
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        connection.execute(ENTER, [str(scope.org_id)])
        connection.execute(CHANGE, [str(done), row_id])
        row |= {"id": new_id(), "at": now()}
        if table == CHAINED:
            text = chain.canonical({**fields, "id": row["id"], "at_utc": chain.utc(row["at"])})
            row |= {"canonical": text, "salt": os.urandom(chain.SALT_BYTES)}
        connection.execute(insert, list(row.values()))
        connection.commit()
        done += 1
    return done


def event_of(scope: Scope, row_id: UUID) -> AuditEvent:
    made = audit.of_scope(
        scope, "connection:changed", Place(id=row_id, name="aws-444455556666"), outcome=Outcome.SUCCEEDED,
        reason="", changes={"message": ("before", "after")}, facts={"account_id": "444455556666"},
    )  # fmt: skip
    return audit.sealed(made)


def values(event: AuditEvent) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(event, field.attname), connections["default"])
        for field in AuditEvent._meta.concrete_fields
    ]
