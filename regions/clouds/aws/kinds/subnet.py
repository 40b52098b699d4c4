"""Subnet."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.table import ID, Call, Change, Field, Kind, States

KIND = Kind(
    name="Subnet",
    service="ec2",
    lookup=found_by_tags("describe_subnets", "Subnets"),
    id="SubnetId",
    arn="SubnetArn",
    create=Call("create_subnet"),
    created_id="Subnet.SubnetId",
    fields=(
        Field("vpcId", "VpcId", sent="VpcId"),
        Field("availabilityZone", "AvailabilityZone", sent="AvailabilityZone"),
        Field("cidrBlock", "CidrBlock", sent="CidrBlock"),
        Field("mapPublicIpOnLaunch", "MapPublicIpOnLaunch", change="public", changed="MapPublicIpOnLaunch.Value"),
    ),
    changes={"public": Change("modify_subnet_attribute", {"SubnetId": ID})},
    delete=(Call("delete_subnet", {"SubnetId": ID}),),
    states=States("State", ready=frozenset({"available"}), failed=frozenset({"failed"})),
    tagging=tagged("subnet"),
    facts=("CidrBlock", "AvailabilityZone", "AvailableIpAddressCount", "MapPublicIpOnLaunch"),
    actions=(
        *reads("ec2:DescribeSubnets"),
        *creates("CreateSubnet", "subnet", "vpc"),
        *changes("ModifySubnetAttribute", "subnet"),
        *changes("DeleteSubnet", "subnet"),
    ),
)
