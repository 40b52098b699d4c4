"""Real Celery workers and a real broker, killed and emptied in the middle of an operation."""

from pathlib import Path

import pytest

from accounts.models import Organization
from console.operations.models import Operation, Step
from console.operations.states import OperationState
from tests.faults.driving import flush_broker, kill, seen, unfinished, worker
from tests.faults.inventory import named
from tests.faults.test_region import UNTAGGED
from tests.faults.world import SMALL, FrontDoor, until, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
WITHOUT_DNS = tuple(name for name in SMALL if name != "dns-zone")
PATIENCE_SECONDS = 180


def succeeded(operation: Operation) -> int:
    return Step.objects.using("owner").filter(operation_id=operation.pk, state="succeeded").count()


def finished(operation: Operation) -> bool:
    state = seen(operation).state
    assert state not in {OperationState.BLOCKED, OperationState.FAILED}, unfinished(operation)
    return state == OperationState.SUCCEEDED


def test_a_killed_worker_and_an_emptied_broker_lose_nothing(
    acme: Organization, door: FrontDoor, tmp_path: Path
) -> None:
    world = world_of(door, acme, WITHOUT_DNS)
    with worker(world, tmp_path / "first") as first:
        operation = world.provision()
        until(lambda: succeeded(operation) >= 3, seconds=PATIENCE_SECONDS, what="nothing began")
        kill(first)
    assert not seen(operation).ended
    flush_broker()
    with worker(world, tmp_path / "second"):
        until(lambda: finished(operation), seconds=PATIENCE_SECONDS, what="the region did not come up")
    assert world.state() == "active"
    assert named(world) == dict.fromkeys(set(WITHOUT_DNS) - UNTAGGED, 1)
