"""Reading a VPC that is there already: its attributes, its subnets, and where each leads."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from regions.clouds.aws.requests import tags_of
from regions.clouds.inspection import NetworkInside, Part

Ask = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]
"""Service, method, request."""
ANYWHERE = "0.0.0.0/0"
TARGETS = ("GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "InstanceId")


def read(ask: Ask, vpc_id: str) -> NetworkInside:
    here = {"Filters": [{"Name": "vpc-id", "Values": [vpc_id]}]}
    found = ask("ec2", "describe_vpcs", {"VpcIds": [vpc_id]})["Vpcs"][0]
    tables = ask("ec2", "describe_route_tables", here)["RouteTables"]
    attached = {"Filters": [{"Name": "attachment.vpc-id", "Values": [vpc_id]}]}
    blocks = found.get("CidrBlockAssociationSet") or [{"CidrBlock": found["CidrBlock"]}]
    return NetworkInside(
        tags=tags_of(found.get("Tags")),
        cidrs=tuple(one["CidrBlock"] for one in blocks),
        dns_support=_attribute(ask, vpc_id, "enableDnsSupport"),
        dns_hostnames=_attribute(ask, vpc_id, "enableDnsHostnames"),
        internet_gateway=bool(ask("ec2", "describe_internet_gateways", attached)["InternetGateways"]),
        parts=tuple(_part(one, tables) for one in ask("ec2", "describe_subnets", here)["Subnets"]),
    )


def _attribute(ask: Ask, vpc_id: str, name: str) -> bool:
    answer = ask("ec2", "describe_vpc_attribute", {"VpcId": vpc_id, "Attribute": name})
    return bool(answer[f"{name[0].upper()}{name[1:]}"]["Value"])


def _part(subnet: Mapping[str, Any], tables: Iterable[Mapping[str, Any]]) -> Part:
    return Part(
        id=subnet["SubnetId"],
        network_id=subnet["VpcId"],
        cidr=subnet["CidrBlock"],
        zone=subnet["AvailabilityZone"],
        free=int(subnet["AvailableIpAddressCount"]),
        way_out=_way_out(subnet["SubnetId"], list(tables)),
    )


def _way_out(subnet_id: str, tables: list[Mapping[str, Any]]) -> str:
    """A subnet without a table of its own has the VPC's main one."""
    own = [table for table in tables if _of(table, "SubnetId", subnet_id)]
    main = [table for table in tables if _of(table, "Main", True)]
    for table in (own or main)[:1]:
        for route in table["Routes"]:
            if route.get("DestinationCidrBlock") == ANYWHERE and route.get("State", "active") == "active":
                target = next((str(route[name]) for name in TARGETS if route.get(name)), "")
                return target.partition("-")[0]
    return ""


def _of(table: Mapping[str, Any], key: str, value: object) -> bool:
    return any(one.get(key) == value for one in table.get("Associations", []))
