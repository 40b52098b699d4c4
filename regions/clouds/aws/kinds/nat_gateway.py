"""NAT gateway; AWS lists deleted ones for about an hour."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.table import ID, ONCE, Call, Field, Kind, States

KIND = Kind(
    name="NATGateway",
    service="ec2",
    lookup=found_by_tags("describe_nat_gateways", "NatGateways"),
    id="NatGatewayId",
    create=Call("create_nat_gateway", {"ClientToken": ONCE}),
    created_id="NatGateway.NatGatewayId",
    fields=(
        Field("connectivityType", "ConnectivityType", sent="ConnectivityType"),
        Field("allocationId", "NatGatewayAddresses[0].AllocationId", sent="AllocationId"),
        Field("subnetId", "SubnetId", sent="SubnetId"),
    ),
    delete=(Call("delete_nat_gateway", {"NatGatewayId": ID}),),
    states=States(
        "State",
        ready=frozenset({"available"}),
        deleting=frozenset({"deleting"}),
        gone=frozenset({"deleted"}),
        failed=frozenset({"failed"}),
        message="FailureMessage",
    ),
    tagging=tagged("natgateway"),
    facts=("SubnetId", "NatGatewayAddresses"),
    actions=(
        *reads("ec2:DescribeNatGateways"),
        *creates("CreateNatGateway", "natgateway", "subnet", "elastic-ip"),
        *changes("DeleteNatGateway", "natgateway"),
    ),
)
