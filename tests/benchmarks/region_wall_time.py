"""A whole region's graph, each step lasting what its kind lasts in the sandbox, against its critical path."""

from dataclasses import replace
from datetime import timedelta

from console.operations.engine.shift import EngineConfig
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Wait
from console.operations.steps import StepContext
from tests.benchmarks import engine, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

SECONDS = {"Cluster": 20.0, "NodeGroup": 15.0, "Instance": 25.0, "NATGateway": 5.0}


@handler("bench.lasting")
def lasting(context: StepContext) -> Outcome:
    """Wait as the cloud makes one wait, in looks a few seconds apart, then be done."""
    lasts = SECONDS.get(str(context.params.get("kind")), 0.0)
    passed = (context.now - context.started_at).total_seconds()
    if passed >= lasts:
        return Done()
    return Wait(after=timedelta(seconds=min(lasts - passed, 2.0)))


def main() -> None:
    specs = [replace(spec, handler="bench.lasting") for spec in world.STEPS]
    with migrated():
        engine.add(world.make("bench"), specs)
        took = engine.run_to_the_end(EngineConfig())
    path = _critical_path(
        {spec.name: (spec.needs, SECONDS.get(str(spec.params.get("kind")), 0.0)) for spec in specs}
    )
    say("region_wall_time", value=took, unit="s", ratio=took / path, against="critical_path")


def _critical_path(graph: dict[str, tuple[tuple[str, ...], float]]) -> float:
    ends: dict[str, float] = {}

    def end(name: str) -> float:
        if name not in ends:
            needs, lasts = graph[name]
            ends[name] = lasts + max((end(need) for need in needs), default=0.0)
        return ends[name]

    return max(end(name) for name in graph)
