"""Operations of steps that only answer, run by the engine in this process."""

import time
from collections.abc import Sequence

from console.kernel.ids import new_id
from console.operations.actions import operations
from console.operations.engine.shift import EngineConfig, Shift
from console.operations.handlers import handler
from console.operations.models import Operation, Step
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.models import Region
from tests.benchmarks.world import World


@handler("bench.done")
def done(_context: StepContext) -> Outcome:
    return Done()


def add(world: World, specs: Sequence[StepSpec]) -> Operation:
    with world.scope.entered():
        return operations.start(scope=world.scope, kind="bench", title="Bench", target=_target(world), steps=specs)


def _target(world: World) -> Region:
    """A target of its own for each operation, since one at a time works on a target."""
    return Region(id=new_id(), name="bench", org_id=world.organization.id)


def run_to_the_end(config: EngineConfig, *, limit_seconds: float = 600) -> float:
    """Work until no step is open; return the seconds it took."""
    started = time.perf_counter()
    while _open() and time.perf_counter() - started < limit_seconds:
        Shift(config).work()
    assert not _open(), "steps are left"
    return time.perf_counter() - started


def _open() -> bool:
    return Step.objects.using("engine").filter(state__in=["pending", "running", "waiting"]).exists()
