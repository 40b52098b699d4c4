"""Two things moto forgets: tags in descriptions of attachments, and how to forget a delete marker."""

from typing import Any

from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment
from moto.s3.models import FakeDeleteMarker

from sandbox.aws.patching import replace


def _tags(attachment: Any) -> list[dict[str, str]]:
    return list(attachment.get_tags())


def _dispose(_marker: Any, _garbage: bool = False) -> None:
    """A delete marker holds no file."""


def install() -> None:
    replace(TransitGatewayAttachment, "tags", property(_tags))
    replace(FakeDeleteMarker, "dispose", _dispose)
