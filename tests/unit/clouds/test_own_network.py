"""A region in a VPC of the customer's: only what is lent is used, and nothing of theirs is touched."""

from dataclasses import replace
from typing import Any

import pytest

from regions.clouds.errors import Category, CloudError
from tests.unit.blueprints.specs import network, production
from tests.unit.clouds import driver, own_network
from tests.unit.clouds.conftest import Region, connected, entered
from tests.unit.clouds.front_door import FrontDoor

PART = ("listener", "database", "node-group", "targets")


def in_own_vpc(door: FrontDoor, account: str, lent_to: str = "") -> tuple[Region, Any]:
    spec = production()
    ec2 = door.administrator(account, spec.cloud_region).client("ec2")
    own = own_network.make(ec2, network(), spec.zones, lent_to or spec.connection_id)
    spec = replace(spec, network=replace(spec.network, existing=own))
    return entered(door, connected(door, spec, account), spec), ec2


def test_a_region_stands_in_the_customers_vpc_and_leaves_it_as_it_was(door: FrontDoor) -> None:
    region, ec2 = in_own_vpc(door, "901987654321")
    part = driver.closure(list(region.manifests.values()), PART)
    before = ec2.describe_subnets()["Subnets"]
    driver.provision(region.client, part)
    own = region.spec.network.existing
    assert own is not None
    group = region.client.observe(region.manifests["node-group"])
    assert set(group.facts["subnets"]) == set(own.private_subnet_ids)
    driver.deprovision(region.client, part)
    assert [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]] == [one["SubnetId"] for one in before]
    assert [one["VpcId"] for one in ec2.describe_vpcs(VpcIds=[own.vpc_id])["Vpcs"]] == [own.vpc_id]


def test_a_vpc_that_is_lent_to_somebody_else_is_refused(door: FrontDoor) -> None:
    region, _ = in_own_vpc(door, "902987654321", lent_to="another-connection")
    with pytest.raises(CloudError) as refused:
        driver.settle(region.client, region.manifests["cluster-security"])
    assert refused.value.category is Category.REFUSED


def test_the_role_cannot_change_or_delete_what_it_was_lent(door: FrontDoor) -> None:
    region, _ = in_own_vpc(door, "903987654321")
    own = region.spec.network.existing
    assert own is not None
    ours = region.session.client("ec2")
    calls: dict[str, dict[str, Any]] = {
        "delete_subnet": {"SubnetId": own.private_subnet_ids[0]},
        "modify_vpc_attribute": {"VpcId": own.vpc_id, "EnableDnsSupport": {"Value": False}},
        "create_tags": {"Resources": [own.vpc_id], "Tags": [{"Key": "byoc:connection", "Value": "x"}]},
    }
    for method, request in calls.items():
        with pytest.raises(ours.exceptions.ClientError, match="UnauthorizedOperation"):
            getattr(ours, method)(**request)
