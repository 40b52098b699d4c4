"""Tags of EKS's things, by ARN."""

from collections.abc import Mapping
from typing import Any

from sandbox.aws.eks import store
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call


def _known(call: Call) -> str:
    arn = str(call.params["resourceArn"])
    kinds = ("cluster", "nodegroup", "addon", "entry", "pod")
    if not any(item["_arn"] == arn for kind in kinds for item in store.shelf(kind).values()):
        raise store.not_found(f"Resource {arn} was not found")
    return arn


@answers("eks", "TagResource")
def tag_resource(call: Call) -> Mapping[str, Any]:
    store.tags_at(_known(call)).update(call.params.get("tags") or {})
    return {}


@answers("eks", "UntagResource")
def untag_resource(call: Call) -> Mapping[str, Any]:
    tags = store.tags_at(_known(call))
    for name in call.params.get("tagKeys") or []:
        tags.pop(name, None)
    return {}


@answers("eks", "ListTagsForResource")
def list_tags(call: Call) -> Mapping[str, Any]:
    return {"tags": dict(store.tags_at(_known(call)))}
