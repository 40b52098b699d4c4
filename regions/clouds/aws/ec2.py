"""What all kinds of EC2 share: tags at creation, tags as identity, and the actions behind both."""

from collections.abc import Callable, Mapping
from typing import Any

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.table import ID, OWN_TAGS, TAGS, Call, Lookup, Read, Tagging, pairs

ec2_pairs = pairs()


def found_by_tags(method: str, items: str, *also: Read) -> Lookup:
    return Lookup(method, {"Filters": OWN_TAGS}, items, also)


def tagged(resource_type: str) -> Tagging:
    """`resource_type` is EC2's word for it; the create request carries the tags (TagSpecifications)."""
    return Tagging(
        seen="Tags",
        sent="TagSpecifications",
        shape=ec2_pairs,
        created=_specification(resource_type),
        change=Call("create_tags", {"Resources": [ID], "Tags": TAGS}),
    )


def _specification(resource_type: str) -> Callable[[Mapping[str, str]], Any]:
    return lambda tags: [{"ResourceType": resource_type, "Tags": ec2_pairs(tags)}]


def arns(resource: str) -> tuple[str, ...]:
    return (f"arn:aws:ec2:{{region}}:{{account}}:{resource}/*",)


def creates(name: str, resource: str, *inside: str) -> tuple[Action, ...]:
    """Creation with our tags, inside things that carry them already."""
    return (
        Action(f"ec2:{name}", arns(resource), Guard.REQUEST_TAG),
        Action("ec2:CreateTags", arns(resource), Guard.REQUEST_TAG, name),
        Action("ec2:CreateTags", arns(resource), Guard.RESOURCE_TAG),
        *changes(name, *inside),
    )


def changes(name: str, *resources: str) -> tuple[Action, ...]:
    return tuple(Action(f"ec2:{name}", arns(resource), Guard.RESOURCE_TAG) for resource in resources)
