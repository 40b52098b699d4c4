"""A small region through the real adapter: it comes up, is looked at, goes away."""

import pytest

from accounts.models import Organization
from console.operations.states import OperationState
from regions.models import Resource
from tests.faults.driving import drive, unfinished
from tests.faults.inventory import named
from tests.faults.world import SMALL, FrontDoor, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
UNTAGGED = {
    "cluster-role-amazoneksclusterpolicy", "private-routes-a-to-internet", "state-bucket-versioning",
    "encryption-key-alias",
}  # fmt: skip


def test_a_region_comes_up_once_and_leaves_nothing(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme, SMALL)
    assert drive(world.provision()).state == OperationState.SUCCEEDED
    assert world.state() == "active"
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)

    assert drive(world.deprovision()).state == OperationState.SUCCEEDED
    assert world.state() == "deprovisioned"
    assert not named(world)


def test_a_whole_region_comes_up_passes_its_smoke_tests_and_goes_away(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme)
    operation = drive(world.provision())
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert world.state() == "active"
    assert Resource.objects.using("owner").filter(region_id=world.region.pk).exclude(ready=True).count() == 0

    operation = drive(world.deprovision())
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert world.state() == "deprovisioned"
    assert not named(world)
