"""How late thousands of steps run that wait for a time of their own, against one beat of a second."""

import random
import statistics
import threading
from datetime import datetime, timedelta

from console.kernel.clock import now
from console.operations.engine.shift import EngineConfig
from console.operations.handlers import handler
from console.operations.models import Step
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from tests.benchmarks import engine, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

NUMBER, SPAN_SECONDS, EACH = 10_000, 30, 500

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
    with migrated():
        made = world.make("bench")
        for _ in range(NUMBER // EACH):
            engine.add(made, [StepSpec(f"step-{number}", "Step", "bench.late") for number in range(EACH)])
        _spread(made)
        engine.run_to_the_end(EngineConfig(batch=500))
    p99 = statistics.quantiles(late, n=100)[98]
    say("waiting_steps", value=p99, unit="s", ratio=p99 / 1.0, against="one_second_beat")


def _spread(made: world.World) -> None:
    base, draw = now() + timedelta(seconds=2), random.Random(7)
    with made.scope.entered():
        rows = list(Step.objects.all())
        for row in rows:
            row.state, row.run_at = "waiting", base + timedelta(seconds=draw.random() * SPAN_SECONDS)
            due[str(row.id)] = row.run_at
        Step.objects.bulk_update(rows, ["state", "run_at"], batch_size=1000)
