"""One thing a caller must be allowed for a call to go through."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.requests import Call

Keys = Mapping[str, Sequence[str]]
TagList = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Need:
    """``keys`` are condition keys, in lower case, of this action and resource alone."""

    action: str
    resource: str = "*"
    keys: Keys = field(default_factory=dict)


def tag_pairs(raw: object) -> dict[str, str]:
    """Tags in any of the shapes AWS's services take them."""
    if isinstance(raw, Mapping):
        return {str(key): str(value) for key, value in raw.items()}
    pairs: dict[str, str] = {}
    for item in raw if isinstance(raw, list) else []:
        key = _first(item, "Key", "key", "TagKey")
        if key is not None:
            pairs[str(key)] = str(_first(item, "Value", "value", "TagValue") or "")
    return pairs


def _first(item: Mapping[str, Any], *names: str) -> Any:
    return next((item[name] for name in names if name in item), None)


def request_tags(params: Mapping[str, Any]) -> dict[str, str]:
    """The tags a call asks to put on what it makes or names."""
    for name in ("Tags", "tags", "TagList"):
        if params.get(name):
            return tag_pairs(params[name])
    specifications = params.get("TagSpecifications") or params.get("TagSpecification") or []
    found: dict[str, str] = {}
    for item in specifications:
        found.update(tag_pairs(item.get("Tags") or []))
    return found


def request_keys(tags: TagList, removed: Iterable[str] = ()) -> dict[str, Sequence[str]]:
    """``aws:RequestTag/*`` and ``aws:TagKeys``."""
    keys: dict[str, Sequence[str]] = {f"aws:requesttag/{key}".lower(): (value,) for key, value in tags.items()}
    names = (*tags, *removed)
    if names:
        keys["aws:tagkeys"] = names
    return keys


def resource_keys(tags: TagList, *prefixes: str) -> dict[str, Sequence[str]]:
    """``aws:ResourceTag/*`` and the service's own spelling of it."""
    return {
        f"{prefix}:resourcetag/{key}".lower(): (value,)
        for prefix in ("aws", *prefixes)
        for key, value in tags.items()
    }


def removed_tags(params: Mapping[str, Any]) -> Sequence[str]:
    return tuple(params.get("TagKeys") or params.get("tagKeys") or ())


def arn(call: Call, service: str, rest: str, *, region: bool = True, account: bool = True) -> str:
    """An ARN in the call's account and region."""
    return f"arn:aws:{service}:{call.region if region else ''}:{call.account if account else ''}:{rest}"


def pass_role(role: object, service: str) -> list[Need]:
    """Handing a role to a service is an action of its own."""
    if not role:
        return []
    return [Need("iam:PassRole", str(role), {"iam:passedtoservice": (service,)})]
