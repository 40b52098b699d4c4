"""What a region leaves in a real account: found by tag and by name, priced, removed, and certified."""

from typing import Any

import pytest

from accounts.models import Organization
from console.operations.states import OperationState
from regions.actions import departures
from regions.blueprints.keeping import Keeping
from regions.models import DeletionCertificate, Leftover
from regions.steps.leftovers import prefix_of
from tests.faults.driving import drive, unfinished
from tests.faults.world import SMALL, FrontDoor, World, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, '
    '"Action": "sts:AssumeRole"}]}'
)


def litter(world: World) -> None:
    """An address with the region's tag; a log group and a role under its names; a volume of its cluster."""
    prefix, ec2 = prefix_of(world.region), world.account.client("ec2")
    tags = [{"Key": "byoc:region", "Value": str(world.region.pk)}]
    tags.append({"Key": "byoc:connection", "Value": str(world.connection.pk)})
    ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])
    world.account.client("logs").create_log_group(logGroupName=f"/aws/eks/{prefix}-cluster/application")
    world.account.client("iam").create_role(
        RoleName=f"{prefix}-forgotten", Path="/byoc/", AssumeRolePolicyDocument=TRUST
    )
    owned = [{"Key": f"kubernetes.io/cluster/{prefix}-cluster", "Value": "owned"}]
    zone = world.account.client("ec2").describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    ec2.create_volume(
        AvailabilityZone=zone, Size=50, TagSpecifications=[{"ResourceType": "volume", "Tags": owned}]
    )


def left(world: World) -> dict[str, Any]:
    rows = Leftover.objects.using("owner").filter(region_id=world.region.pk, gone_at__isnull=True)
    return {row.title: (row.kind, None if row.monthly is None else str(row.monthly)) for row in rows}


def test_what_is_left_is_found_priced_removed_and_certified(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme, SMALL)
    assert drive(world.provision()).state == OperationState.SUCCEEDED
    litter(world)
    operation = drive(world.deprovision(Keeping()))
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert left(world) == {
        "Elastic IP": ("EIP", "3.65"),
        "Log group": ("Group", None),
        "IAM role": ("Role", "0.00"),
        "EBS volume": ("", "4.76"),
    }

    with world.scope.entered():
        operation = departures.remove_leftovers(
            scope=world.scope, region=world.region, typed_name=world.region.name
        )
    operation = drive(operation)
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert left(world) == {"EBS volume": ("", "4.76")}
    assert not world.account.client("ec2").describe_addresses()["Addresses"]

    first, second = DeletionCertificate.objects.using("owner").filter(region_id=world.region.pk).order_by("number")
    assert first.statement.count('"outcome":"deleted"') == len(SMALL)
    assert (first.number, second.number) == (1, 2)
    assert '"audit":{"hash":' in first.statement
