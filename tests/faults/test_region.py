"""A small region through the real adapter: it comes up, is looked at, goes away."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import Organization
from console.operations.engine.shift import Shift
from console.operations.states import OperationState
from regions.blueprints.keeping import Buckets, Keeping
from regions.models import Resource
from tests.faults.driving import BRIEF, drive, seen, unfinished
from tests.faults.inventory import named
from tests.faults.world import SMALL, FrontDoor, World, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
UNTAGGED = {
    "cluster-role-amazoneksclusterpolicy", "private-routes-a-to-internet", "state-bucket-versioning",
    "encryption-key-alias",
}  # fmt: skip
DESIRED = {
    "id",
    "org_id",
    "region",
    "position",
    "name",
    "kind",
    "api_version",
    "title",
    "manifest",
    "needs",
    "earlier",
}
OBSERVED = [column for column in Resource._meta.concrete_fields if column.name not in DESIRED]
"""What a row knows from the cloud alone."""


def observed(world: World) -> dict[str, dict[str, Any]]:
    """What the rows say, save when they were written."""
    rows = Resource.objects.using("owner").filter(region_id=world.region.pk)
    kept = [column.name for column in OBSERVED if column.name != "observed_at"]
    return {row.name: {name: getattr(row, name) for name in kept} for row in rows}


def wipe(world: World) -> None:
    rows = Resource.objects.using("owner").filter(region_id=world.region.pk)
    rows.update(**{column.name: column.get_default() for column in OBSERVED})
    assert not rows.exclude(external_id="", exists=None, facts={}, observed_at=None).exists()


def test_a_region_comes_up_once_survives_wiped_rows_and_leaves_nothing(
    acme: Organization, door: FrontDoor
) -> None:
    world = world_of(door, acme, SMALL)
    assert drive(world.provision()).state == OperationState.SUCCEEDED
    assert world.state() == "active"
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)

    drive(world.reconcile())  # later steps added to what earlier ones saw
    before = observed(world)
    assert {name for name, columns in before.items() if columns["exists"]} == set(SMALL)
    wipe(world)
    assert drive(world.reconcile()).state == OperationState.SUCCEEDED
    assert observed(world) == before

    assert drive(world.deprovision()).state == OperationState.SUCCEEDED
    assert world.state() == "deprovisioned"
    assert not named(world)


def test_a_whole_region_comes_up_passes_its_smoke_tests_and_goes_away(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme)
    operation = drive(world.provision())
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert world.state() == "active"
    assert Resource.objects.using("owner").filter(region_id=world.region.pk).exclude(ready=True).count() == 0

    operation = drive(world.deprovision(Keeping()))
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert world.state() == "deprovisioned"
    assert not named(world)


def test_chosen_data_stays_and_can_be_opened(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme)
    assert drive(world.provision()).state == OperationState.SUCCEEDED
    chosen = Keeping(final_snapshot=True, buckets=Buckets.KEEP)
    operation = drive(world.deprovision(chosen))
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert set(named(world)) == {"state-bucket", "encryption-key"}
    [snapshot] = world.account.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert "-final-" in snapshot["DBSnapshotIdentifier"]


def test_a_deprovisioning_cut_again_and_again_goes_on_to_its_end(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme, SMALL)
    assert drive(world.provision()).state == OperationState.SUCCEEDED
    cuts = 0
    while world.state() != "deprovisioned":
        operation = world.deprovision(Keeping())
        Shift(replace(BRIEF, shift=(cuts + 1) * BRIEF.shift)).work()  # each goes a little further
        if not seen(operation).ended:
            world.cancel(operation)
            drive(operation)
            cuts += 1
        assert seen(operation).state in {OperationState.CANCELLED, OperationState.SUCCEEDED}, unfinished(operation)
    assert cuts > 2
    assert not named(world)
