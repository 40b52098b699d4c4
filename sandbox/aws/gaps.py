"""What moto forgets: tags of transit gateway attachments, how to let go of a delete marker, what is attached."""

from typing import Any

from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment as AttachmentResponse
from moto.iam.models import ManagedPolicy
from moto.s3.models import FakeDeleteMarker

from sandbox.aws.patching import replace


def _tags(attachment: Any) -> list[dict[str, str]]:
    return list(attachment.get_tags())


_CREATE = AttachmentResponse.create_transit_gateway_vpc_attachment


def _create_attachment(response: Any) -> Any:
    """moto reads the tags of a route table here."""
    tags = response._parse_tag_specification().get("transit-gateway-attachment", {})
    response._parse_tag_specification = lambda *_: {"transit-gateway-route-table": tags}
    return _CREATE(response)


_ATTACH = ManagedPolicy.attach_to


def _attach_once(policy: Any, entity: Any) -> None:
    """moto counts a second attachment to the same entity, and then never lets the policy go."""
    if policy.arn not in entity.managed_policies:
        _ATTACH(policy, entity)


def _dispose(_marker: Any, _garbage: bool = False) -> None:
    """A delete marker holds no file."""


def install() -> None:
    replace(TransitGatewayAttachment, "tags", property(_tags))
    replace(AttachmentResponse, "create_transit_gateway_vpc_attachment", _create_attachment)
    replace(ManagedPolicy, "attach_to", _attach_once)
    replace(FakeDeleteMarker, "dispose", _dispose)
