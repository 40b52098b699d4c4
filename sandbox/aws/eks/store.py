"""Where EKS's things are kept, and what all of them have in common."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call
from sandbox.aws.state import state

Item = dict[str, Any]
Key = tuple[str, ...]
KINDS = {"cluster": "cluster", "nodegroup": "node group", "addon": "addon", "entry": "access entry",
         "pod": "association"}  # fmt: skip


def shelf(kind: str) -> dict[Key, Item]:
    return state().shelf(f"eks:{kind}")


def key_of(call: Call, *names: str) -> Key:
    return (call.account, call.region, *names)


def public(item: Mapping[str, Any]) -> Item:
    """What clients see; names with an underscore are ours. Tags are kept by ARN."""
    shown = {name: value for name, value in item.items() if not name.startswith("_")}
    if "_arn" in item:
        shown["tags"] = dict(tags_at(item["_arn"]))
    return shown


def tags_at(arn: str) -> dict[str, str]:
    tags: dict[str, str] = state().shelf("eks:tags").setdefault(arn, {})
    return tags


def put(kind: str, key: Key, arn: str, item: Item, tags: Mapping[str, str] | None) -> Item:
    item["_arn"] = arn
    tags_at(arn).update(tags or {})
    shelf(kind)[key] = item
    return item


def drop(kind: str, key: Key) -> None:
    item = shelf(kind).pop(key, None)
    if item:
        state().shelf("eks:tags").pop(item["_arn"], None)


def below(kind: str, call_key: Key) -> Iterator[tuple[Key, Item]]:
    """Everything of a kind whose key starts with ``call_key``."""
    size = len(call_key)
    return ((key, item) for key, item in list(shelf(kind).items()) if key[:size] == call_key)


def cluster_of(call: Call, name: str | None = None) -> Item:
    wanted = str(name or call.params.get("clusterName") or call.params.get("name"))
    item = shelf("cluster").get(key_of(call, wanted))
    if item is None:
        raise not_found(f"No cluster found for name: {wanted}.", clusterName=wanted)
    return item


def one_of(call: Call, kind: str, name: str) -> Item:
    cluster = str(cluster_of(call)["name"])
    item = shelf(kind).get(key_of(call, cluster, name))
    if item is None:
        raise not_found(f"No {KINDS[kind]} found for name: {name}.", clusterName=cluster)
    return item


def not_found(message: str, **members: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message, 404, **members)


def in_use(message: str, **members: str) -> AwsError:
    return AwsError("ResourceInUseException", message, 409, **members)


def invalid(message: str, **members: str) -> AwsError:
    return AwsError("InvalidParameterException", message, 400, **members)


def now() -> datetime:
    return datetime.now(UTC)


def token_hex(size: int = 16) -> str:
    return secrets.token_hex(size)


def uuid_like() -> str:
    text = secrets.token_hex(16)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def page(call: Call, name: str, values: list[Any]) -> Item:
    """One page of a list; the token is the offset."""
    start = int(call.params.get("nextToken") or 0)
    size = int(call.params.get("maxResults") or 100)
    answer: Item = {name: values[start : start + size]}
    if start + size < len(values):
        answer["nextToken"] = str(start + size)
    return answer


def known_token(call: Call, kind: str) -> Item | None:
    """The item an earlier call with this client token made."""
    token = call.params.get("clientRequestToken")
    key = state().shelf("eks:token").get((call.account, call.region, call.operation, token)) if token else None
    return shelf(kind).get(key) if key else None


def keep_token(call: Call, key: Key) -> None:
    token = call.params.get("clientRequestToken")
    if token:
        state().shelf("eks:token")[call.account, call.region, call.operation, token] = key
