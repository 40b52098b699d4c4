"""Tags of one resource, without a walk over the tags of all."""

from typing import Any

from moto.ec2.models.core import TaggedEC2Resource

from sandbox.aws.patching import replace


def _get_tags(resource: Any) -> list[dict[str, Any]]:
    own = resource.ec2_backend.tags.get(resource.id, {})
    return [
        {"key": key, "value": value, "resource_id": resource.id, "resource_type": ""} for key, value in own.items()
    ]


def install() -> None:
    replace(TaggedEC2Resource, "get_tags", _get_tags)
