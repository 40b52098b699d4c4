"""A whole region's graph, each step lasting what its kind lasts in the sandbox, against its critical path; and the
same graph as a Celery canvas and, where it is installed, in Terraform, in the same run."""

from dataclasses import replace
from datetime import timedelta

from console.operations.engine.shift import EngineConfig
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Wait
from console.operations.steps import StepContext
from tests.benchmarks import canvas, engine, terraform, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

PATH = "critical_path"
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
    graph = {spec.name: (spec.needs, SECONDS.get(str(spec.params.get("kind")), 0.0)) for spec in specs}
    path = _critical_path(graph)
    canvas_took = canvas.run(graph)
    say("region_wall_time_celery_canvas", value=canvas_took, unit="s", ratio=canvas_took / path, against=PATH)
    if terraform.is_installed():
        terraform_took = terraform.run(graph)
        say(
            "region_wall_time_terraform", value=terraform_took, unit="s", ratio=terraform_took / path, against=PATH
        )
    say("region_wall_time", value=took, unit="s", ratio=took / path, against=PATH)


def _critical_path(graph: dict[str, tuple[tuple[str, ...], float]]) -> float:
    ends: dict[str, float] = {}

    def end(name: str) -> float:
        if name not in ends:
            needs, lasts = graph[name]
            ends[name] = lasts + max((end(need) for need in needs), default=0.0)
        return ends[name]

    return max(end(name) for name in graph)
