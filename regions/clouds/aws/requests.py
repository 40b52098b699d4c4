"""Nested requests from dotted keys, and values out of nested answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import jmespath  # type: ignore[import-untyped]


def place(request: dict[str, Any], path: str, value: Any) -> None:
    """Put a value under a dotted path; a part that is a number is a position in a list."""
    *parents, last = path.split(".")
    for part in parents:
        request = request.setdefault(part, {})
    request[last] = value


def finished(node: Any) -> Any:
    """The same request with every position turned into a list."""
    if not isinstance(node, dict):
        return node
    done = {key: finished(value) for key, value in node.items()}
    if done and all(key.isdigit() for key in done):
        return [done[key] for key in sorted(done, key=int)]
    return done


def dig(node: Any, path: str) -> Any:
    """The value under a dotted path of a manifest, or None."""
    for part in path.split("."):
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node


def search(path: str, node: Any) -> Any:
    return jmespath.search(path, node)


def plain(value: Any) -> Any:
    """The same value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def tags_of(observed: Any) -> dict[str, str]:
    """Any of AWS's shapes of tags as a plain mapping."""
    if isinstance(observed, Mapping):
        return {str(key): str(value) for key, value in observed.items()}
    return {
        str(tag.get("Key") or tag.get("TagKey")): str(tag.get("Value") or tag.get("TagValue") or "")
        for tag in observed or []
    }
