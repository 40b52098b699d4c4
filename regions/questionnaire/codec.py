"""Frozen dataclasses to plain JSON values and back, by their annotations."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Data = TypeVar("Data")


def to_document(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_document(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [to_document(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def from_document(kind: type[Data], document: Mapping[str, Any]) -> Data:
    """Build `kind` from `to_document`'s output, also of an earlier version that lacks fields with a default.

    Raises KeyError when another field is missing.
    """
    hints = get_type_hints(kind)
    lacking = {item.name for item in fields(kind) if _has_default(item)} - document.keys()  # type: ignore[arg-type]
    values = {
        name: _value(hint, document[name])
        for name, hint in hints.items()
        if not name.startswith("_") and name not in lacking
    }
    return kind(**values)


def _has_default(item: Field[Any]) -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        return None if value is None else _value(get_args(hint)[0], value)
    if get_origin(hint) is tuple:
        return _items(get_args(hint), value)
    if isinstance(hint, type) and is_dataclass(hint):
        return from_document(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value


def _items(kinds: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], value) for value in values)
    return tuple(_value(kind, value) for kind, value in zip(kinds, values, strict=True))
