"""A VPC as a customer has one: three zones, subnets, ways out, and the tag by which it is lent."""

from typing import Any

from regions.spec import ExistingNetwork, NetworkSpec

ANYWHERE = "0.0.0.0/0"


def make(ec2: Any, shape: NetworkSpec, zones: tuple[str, ...], lent_to: str) -> ExistingNetwork:
    """`ec2`: the administrator's client."""
    vpc = ec2.create_vpc(CidrBlock=shape.vpc_cidr)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    lend(ec2, vpc, lent_to)
    tiers = (shape.public_cidrs, shape.private_cidrs, shape.database_cidrs)
    public, private, database = (
        tuple(_subnet(ec2, vpc, cidr, zone) for cidr, zone in zip(tier, zones, strict=True)) for tier in tiers
    )
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    _routed(ec2, vpc, public, {"GatewayId": gateway})
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=public[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    _routed(ec2, vpc, private, {"NatGatewayId": nat})
    return ExistingNetwork(vpc, public, private, database)


def lend(ec2: Any, vpc: str, lent_to: str) -> None:
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "byoc:lent-to", "Value": lent_to}])


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str) -> str:
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]
    return str(made["SubnetId"])


def _routed(ec2: Any, vpc: str, subnets: tuple[str, ...], target: dict[str, str]) -> None:
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, **target)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
