"""Verifying a chain of 500,000 events through the database, against hashing the same bytes out of memory.

Every text is read and hashed again, every link recomputed, every readable column held against its text.
"""

import hashlib
import statistics
import time
from uuid import UUID

from django.db import connections

from console.audit.readings.verification import check
from tests.benchmarks import trail, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

MANY, AT_ONCE, PROCESSES, ROUNDS = 500_000, 5_000, 2, 5
AGAINST = "hashes_in_memory_one_process"
TAKEN = "CREATE TABLE made AS SELECT * FROM audit_event WHERE org_id = %s"
SPELLED = """
DELETE FROM audit_event WHERE org_id = %(org)s;
DELETE FROM audit_link WHERE org_id = %(org)s;
UPDATE made AS e SET canonical = audit_canonical(ROW(e.*)::audit_event);
CREATE INDEX ON made (id);
"""
WRITTEN = """
INSERT INTO audit_event SELECT * FROM made WHERE id > %s ORDER BY id LIMIT %s
"""
"""A transaction for each stretch; the trigger links them, as it links what the console writes."""


def main() -> None:
    with migrated():
        org_id = world.make("bench").organization.id
        with trail.filling():
            trail.fill(org_id, MANY)
            _spell(org_id)
        _chain(org_id)
        alone = MANY / statistics.median(_seconds(org_id, columns=False) for _ in range(ROUNDS))
        value = MANY / statistics.median(_seconds(org_id, columns=True) for _ in range(ROUNDS))
        bare = _bare(org_id)
    say("audit_verify_chain_alone", value=alone, unit="events/s", ratio=alone / bare, against=AGAINST)
    say("audit_verify", value=value, unit="events/s", ratio=value / bare, against=AGAINST)


def _spell(org_id: UUID) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(TAKEN, [org_id])
        cursor.execute(SPELLED, {"org": org_id})


def _chain(org_id: UUID) -> None:
    last = UUID(int=0)
    with connections["owner"].cursor() as cursor:
        for _ in range(0, MANY, AT_ONCE):
            cursor.execute(WRITTEN, [last, AT_ONCE])
            cursor.execute("SELECT event_id FROM audit_link WHERE org_id = %s ORDER BY seq DESC LIMIT 1", [org_id])
            (last,) = cursor.fetchone()
        cursor.execute("DROP TABLE made")
        cursor.execute("VACUUM ANALYZE audit_event")
        cursor.execute("VACUUM ANALYZE audit_link")


def _seconds(org_id: UUID, *, columns: bool) -> float:
    started = time.perf_counter()
    found = check(org_id, using="owner", processes=PROCESSES, columns=columns)
    took = time.perf_counter() - started
    assert found.ok, found.findings
    assert found.checked == MANY
    return took


def _bare(org_id: UUID) -> float:
    """Events a second: the two hashes over what was read before, by one process."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT salt, canonical FROM audit_event WHERE org_id = %s LIMIT 100000", [org_id])
        texts = [bytes(salt) + text.encode() for salt, text in cursor.fetchall()]
    started, before = time.perf_counter(), bytes(32)
    for text in texts:
        before = hashlib.sha256(before + bytes(40) + hashlib.sha256(text).digest()).digest()
    return len(texts) / (time.perf_counter() - started)
