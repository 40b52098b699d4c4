"""A business UPDATE with its audit event in one transaction, against the UPDATE alone, in turns."""

import statistics
import time

from console.audit.actions import events as audit
from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

ROUNDS, EACH = 9, 200


def main() -> None:
    with migrated():
        made = world.make("bench")
        pairs = [(_per_second(made, recording=True), _per_second(made, recording=False)) for _ in range(ROUNDS)]
    value = statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ours / alone for ours, alone in pairs)
    say("audit_record", value=value, unit="events/s", ratio=ratio, against="update_alone")


def _per_second(made: world.World, *, recording: bool) -> float:
    started = time.perf_counter()
    for number in range(EACH):
        with made.scope.entered():
            made.connection.message = str(number)
            made.connection.save(update_fields=["message"])
            if recording:
                audit.record(made.scope, "connection:changed", made.connection, message=str(number))
    return EACH / (time.perf_counter() - started)
