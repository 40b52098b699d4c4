"""What verification says of a VPC that the region is to stand in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from regions.actions.verification_targets import from_spec
from regions.clouds.inspection import Inspector
from regions.spec import Connectivity, RegionSpec
from regions.states import Verdict
from regions.steps import doors
from regions.steps.verification_checks import Check
from regions.steps.verification_own_network import own_network_checks
from regions.steps.verification_target import Target
from tests.unit.blueprints.specs import network, production
from tests.unit.clouds import own_network
from tests.unit.connections.conftest import Customer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Judged = Callable[[RegionSpec], dict[str, Check]]


@pytest.fixture
def spec(customer: Customer) -> RegionSpec:
    customer.make_role()
    wanted = production(connection_id=str(customer.connection.id), account_id=customer.account_id)
    wanted = replace(wanted, cluster=replace(wanted.cluster, nodes_max=9))
    own = own_network.make(_ec2(customer), network(), wanted.zones, wanted.connection_id)
    return replace(wanted, network=replace(wanted.network, existing=own))


def _ec2(customer: Customer) -> Any:
    return customer.admin.client("ec2")


@pytest.fixture
def judged(customer: Customer, way: doors.Way) -> Judged:
    """By the connection's own role."""

    def look(spec: RegionSpec) -> dict[str, Check]:
        target = Target.from_context(from_spec(spec, plan="plan 1", made=False).to_context())
        inspector: Inspector = way.doors.enter(
            role_arn=customer.connection.role_arn,
            external_id=customer.connection.external_id,
            region=spec.cloud_region,
            session_name="tests",
            source_identity="alice",
            tags={},
        )
        return {one.name.removeprefix("place:own-"): one for one in own_network_checks(inspector, target)}

    return look


def test_a_vpc_that_fits_passes_every_look(spec: RegionSpec, judged: Judged) -> None:
    checks = judged(spec)
    assert list(checks) == ["lent", "names", "subnets", "room", "ways-out", "gateway"]
    assert {name: one.message for name, one in checks.items() if one.verdict is not Verdict.PASS} == {}


def test_what_is_wrong_is_told_with_the_command_that_mends_it(
    spec: RegionSpec, judged: Judged, customer: Customer
) -> None:
    own, ec2 = spec.network.existing, _ec2(customer)
    assert own is not None
    ec2.delete_tags(Resources=[own.vpc_id], Tags=[{"Key": "byoc:lent-to"}])
    ec2.modify_vpc_attribute(VpcId=own.vpc_id, EnableDnsHostnames={"Value": False})
    table = _table_of(ec2, own.private_subnet_ids[0])
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock=own_network.ANYWHERE)
    ec2.delete_route(
        RouteTableId=_table_of(ec2, own.public_subnet_ids[0]), DestinationCidrBlock=own_network.ANYWHERE
    )

    checks = judged(replace(spec, cluster=replace(spec.cluster, nodes_max=900)))

    assert {name for name, one in checks.items() if one.verdict is Verdict.REFUSED} == set(checks) - {"subnets"}
    assert f"Key=byoc:lent-to,Value={spec.connection_id}" in checks["lent"].fix
    assert "--enable-dns-hostnames" in checks["names"].fix
    assert own.private_subnet_ids[0] in checks["ways-out"].message


def _table_of(ec2: Any, subnet: str) -> str:
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    return str(ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"])


def test_subnets_in_another_order_are_refused(spec: RegionSpec, judged: Judged) -> None:
    own = spec.network.existing
    assert own is not None
    turned = replace(own, private_subnet_ids=own.private_subnet_ids[::-1])
    check = judged(replace(spec, network=replace(spec.network, existing=turned)))["subnets"]
    assert check.verdict is Verdict.REFUSED
    assert f"not {spec.network.private_cidrs[0]} in {spec.zones[0]}" in check.message


def test_a_private_region_needs_no_public_side(spec: RegionSpec, judged: Judged) -> None:
    own = spec.network.existing
    assert own is not None
    inside = replace(spec.network, connectivity=Connectivity.TRANSIT_GATEWAY, public_cidrs=("", "", ""))
    private = replace(inside, existing=replace(own, public_subnet_ids=()))
    assert "gateway" not in judged(replace(spec, network=private))


def test_a_region_in_a_vpc_of_its_own_is_asked_nothing_here(spec: RegionSpec, judged: Judged) -> None:
    assert judged(replace(spec, network=network())) == {}
