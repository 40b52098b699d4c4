"""SIGKILL at every boundary inside a step: nothing is lost, nothing exists twice, nobody has to help."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accounts.models import Organization
from console.operations.models import Operation
from console.operations.states import OperationState
from sandbox import paths
from tests.faults.driving import environment, kill, seen, unfinished
from tests.faults.inventory import named
from tests.faults.killing import POINTS, struck
from tests.faults.test_region import UNTAGGED
from tests.faults.world import SMALL, FrontDoor, World, until, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
SEED = 20260101
SAMPLE = 5
PATIENCE_SECONDS = 600


def chosen(points: list[str], *, every: bool) -> list[str]:
    return points if every else random.Random(SEED).sample(points, SAMPLE)


@contextmanager
def killed_worker(world: World, plan: list[str], marks: Path) -> Iterator[None]:
    told = {
        "KILL_PLAN": json.dumps(plan),
        "KILL_MARKS": str(marks),
        "AWS_PORT": str(world.door.port),
        "AWS_ACCOUNT": world.account.account_id,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.runner"],
        cwd=paths.ROOT,
        env={**os.environ, **environment(world.door), **told},
        start_new_session=True,
    )
    try:
        yield
    finally:
        kill(process)


def ended(operation: Operation) -> bool:
    state = seen(operation).state
    halted = [row for row in unfinished(operation) if row[1] in {"blocked", "failed"}]
    assert state not in {OperationState.BLOCKED, OperationState.FAILED}, halted
    return state == OperationState.SUCCEEDED


def test_kills_while_a_region_comes_up_and_goes_away(
    acme: Organization, door: FrontDoor, tmp_path: Path, all_faults: bool
) -> None:
    world = world_of(door, acme, SMALL)
    up = chosen([f"{name}/{point}" for name in SMALL for point in POINTS], every=all_faults)
    down = chosen([f"delete-{name}/{point}" for name in SMALL for point in POINTS], every=all_faults)
    with killed_worker(world, [*up, *down], tmp_path):
        operation = world.provision()
        until(lambda: ended(operation), seconds=PATIENCE_SECONDS, what="the region did not come up")
        assert struck(tmp_path) == set(up)
        assert world.state() == "active"
        assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)

        operation = world.deprovision()
        until(lambda: ended(operation), seconds=PATIENCE_SECONDS, what="the region did not go away")
    assert struck(tmp_path) == {*up, *down}
    assert world.state() == "deprovisioned"
    assert not named(world)
