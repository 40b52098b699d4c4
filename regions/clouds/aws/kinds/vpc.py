"""VPC; its DNS attributes are read and changed one a call."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, Call, Change, Field, Kind, Raw, Read, States


def _attribute(name: str) -> Read:
    return Read(
        "describe_vpc_attribute",
        {"VpcId": ID, "Attribute": name[0].lower() + name[1:]},
        f"{name}.Value",
        name,
    )


def _used(subject: Subject, raw: Raw) -> bool:
    """Something lies in it already: a subnet, or the gateway that is attached to it."""
    subnets = {"Filters": [{"Name": "vpc-id", "Values": [raw["VpcId"]]}]}
    if subject.ask("describe_subnets", subnets)["Subnets"]:
        return True
    attached = {"Filters": [{"Name": "attachment.vpc-id", "Values": [raw["VpcId"]]}]}
    return bool(subject.ask("describe_internet_gateways", attached)["InternetGateways"])


KIND = Kind(
    name="VPC",
    service="ec2",
    lookup=found_by_tags(
        "describe_vpcs", "Vpcs", _attribute("EnableDnsSupport"), _attribute("EnableDnsHostnames")
    ),
    id="VpcId",
    create=Call("create_vpc"),
    created_id="Vpc.VpcId",
    fields=(
        Field("cidrBlock", "CidrBlock", sent="CidrBlock"),
        Field("instanceTenancy", "InstanceTenancy", sent="InstanceTenancy"),
        Field("enableDnsSupport", "EnableDnsSupport", change="dns", changed="EnableDnsSupport.Value"),
        Field("enableDnsHostnames", "EnableDnsHostnames", change="dns", changed="EnableDnsHostnames.Value"),
    ),
    changes={"dns": Change("modify_vpc_attribute", {"VpcId": ID}, single=True, after_create=True)},
    used=_used,
    delete=(Call("delete_vpc", {"VpcId": ID}),),
    states=States("State", ready=frozenset({"available"})),
    tagging=tagged("vpc"),
    facts=("CidrBlock", "EnableDnsSupport", "EnableDnsHostnames"),
    actions=(
        *reads("ec2:DescribeVpcs", "ec2:DescribeVpcAttribute"),
        *reads("ec2:DescribeSubnets", "ec2:DescribeInternetGateways"),
        *creates("CreateVpc", "vpc"),
        *changes("ModifyVpcAttribute", "vpc"),
        *changes("DeleteVpc", "vpc"),
    ),
)
