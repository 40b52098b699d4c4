"""Attempts of steps that only answer, claimed in batches, against the same engine that claims one at a time."""

from dataclasses import replace

from console.operations.engine.shift import EngineConfig
from console.operations.steps import StepSpec
from tests.benchmarks import engine, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated

STEPS, OPERATIONS = 100, 20
BATCHED = EngineConfig(batch=500)


def main() -> None:
    with migrated():
        made = world.make("bench")
        ours = _per_second(made, BATCHED, OPERATIONS)
        single = _per_second(made, replace(BATCHED, batch=1, threads=1), 2)
    say("step_attempts", value=ours, unit="steps/s", ratio=ours / single, against="one_step_a_claim")


def _per_second(made: world.World, config: EngineConfig, operations: int) -> float:
    specs = [StepSpec(f"step-{number}", f"Step {number}", "bench.done") for number in range(STEPS)]
    for _ in range(operations):
        engine.add(made, specs)
    return STEPS * operations / engine.run_to_the_end(config)
