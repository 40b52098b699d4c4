"""How late 40,000 steps of 1,000 regions run that wait for a time of their own, against one beat of a second."""

import resource
import statistics
import threading
from datetime import datetime, timedelta

from django.db import connections

from console.kernel.clock import now
from console.operations.engine.shift import EngineConfig
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from tests.benchmarks import engine, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

REGIONS, EACH, SPAN_SECONDS = 1_000, 40, 60
START = timedelta(seconds=10)
"""The steps are written before the first of them is due."""
SPREAD = """
UPDATE operations_step SET state = 'waiting', run_at = %s::timestamptz + random() * %s * interval '1 second'
RETURNING id::text, run_at
"""

due: dict[str, datetime] = {}
late: list[float] = []
_lock = threading.Lock()


@handler("bench.late")
def note(context: StepContext) -> Outcome:
    at = now()
    with _lock:
        late.append((at - due[str(context.step_id)]).total_seconds())
    return Done()


def main() -> None:
    specs = [StepSpec(f"step-{number}", "Step", "bench.late") for number in range(EACH)]
    with migrated():
        made = world.make("bench")
        for _ in range(REGIONS):
            engine.add(made, specs)
        begins = _spread()
        assert now() < begins, "the machine is too slow to write the steps before they are due"
        engine.run_to_the_end(EngineConfig())
    p99 = statistics.quantiles(late, n=100)[98]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("waiting_steps_memory", value=memory, unit="MiB", ratio=memory / 1024, against="one_GiB")
    say("waiting_steps", value=p99, unit="s", ratio=p99 / 1.0, against="one_second_beat")


def _spread() -> datetime:
    """Give every step a time of its own; return the first that is possible."""
    begins = now() + START
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE operations_step")
        cursor.execute(SPREAD, [begins, SPAN_SECONDS])
        due.update(cursor.fetchall())
    return begins
