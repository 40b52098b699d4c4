"""Attachment of the VPC to the customer's transit gateway, which carries no tags of ours."""

from regions.clouds.aws.ec2 import arns, changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import Action, reads
from regions.clouds.aws.table import ID, UNORDERED, Call, Change, Field, Kind, States

KIND = Kind(
    name="TransitGatewayVPCAttachment",
    service="ec2",
    lookup=found_by_tags("describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"),
    id="TransitGatewayAttachmentId",
    create=Call("create_transit_gateway_vpc_attachment"),
    created_id="TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
    fields=(
        Field("transitGatewayId", "TransitGatewayId", sent="TransitGatewayId"),
        Field("vpcId", "VpcId", sent="VpcId"),
        Field("subnetIds", "SubnetIds", sent="SubnetIds", form=UNORDERED),
        Field("dnsSupport", "Options.DnsSupport", sent="Options.DnsSupport", change="options"),
    ),
    changes={"options": Change("modify_transit_gateway_vpc_attachment", {"TransitGatewayAttachmentId": ID})},
    delete=(Call("delete_transit_gateway_vpc_attachment", {"TransitGatewayAttachmentId": ID}),),
    states=States(
        "State",
        ready=frozenset({"available"}),
        deleting=frozenset({"deleting"}),
        gone=frozenset({"deleted"}),
        failed=frozenset({"failed", "rejected", "failing", "rejecting"}),
    ),
    tagging=tagged("transit-gateway-attachment"),
    facts=("TransitGatewayId", "SubnetIds"),
    actions=(
        *reads("ec2:DescribeTransitGatewayVpcAttachments"),
        *creates("CreateTransitGatewayVpcAttachment", "transit-gateway-attachment", "vpc", "subnet"),
        Action("ec2:CreateTransitGatewayVpcAttachment", arns("transit-gateway")),
        *changes("ModifyTransitGatewayVpcAttachment", "transit-gateway-attachment"),
        *changes("DeleteTransitGatewayVpcAttachment", "transit-gateway-attachment"),
    ),
)
