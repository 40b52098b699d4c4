"""Internet gateway: made alone, then attached to its VPC; detached before it goes."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, Call, Change, Field, Kind


def _move(subject: Subject) -> None:
    _detach(subject)
    subject.ask("attach_internet_gateway", {"InternetGatewayId": subject.id, "VpcId": subject.wanted("vpcId")})


def _detach(subject: Subject) -> None:
    for attachment in subject.seen.get("Attachments", []):
        subject.ask("detach_internet_gateway", {"InternetGatewayId": subject.id, "VpcId": attachment["VpcId"]})


KIND = Kind(
    name="InternetGateway",
    service="ec2",
    lookup=found_by_tags("describe_internet_gateways", "InternetGateways"),
    id="InternetGatewayId",
    create=Call("create_internet_gateway"),
    created_id="InternetGateway.InternetGatewayId",
    fields=(Field("vpcId", "Attachments[0].VpcId", change="attachment"),),
    changes={"attachment": Change(by=_move, after_create=True)},
    used=lambda _subject, raw: bool(raw.get("Attachments")),
    before_delete=_detach,
    delete=(Call("delete_internet_gateway", {"InternetGatewayId": ID}),),
    tagging=tagged("internet-gateway"),
    facts=("Attachments",),
    actions=(
        *reads("ec2:DescribeInternetGateways"),
        *creates("CreateInternetGateway", "internet-gateway"),
        *changes("AttachInternetGateway", "internet-gateway", "vpc"),
        *changes("DetachInternetGateway", "internet-gateway", "vpc"),
        *changes("DeleteInternetGateway", "internet-gateway"),
    ),
)
