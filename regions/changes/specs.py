"""A spec with some of its values changed, as a caller of the API sends them."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from regions.questionnaire import codec
from regions.spec import RegionSpec

FIXED = frozenset(
    {
        "account_id",
        "cloud",
        "cloud_region",
        "connection_id",
        "deployment_role_arn",
        "name",
        "operations_principal_arn",
        "organization",
        "permissions_boundary_arn",
        "region_id",
    }
)
"""Who and where the region is: with another value it would be another region."""
PLAIN: Mapping[Any, str] = {bool: "true or false", int: "a whole number", str: "a text"}


class SpecUnfitError(ValueError):
    """A value that a spec cannot have; `path` names it."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


def with_changes(spec: RegionSpec, changed: Mapping[str, Any]) -> RegionSpec:
    """The spec with these values, nested as in its document; lists are replaced whole. Raises SpecUnfitError."""
    if fixed := sorted(FIXED & changed.keys()):
        raise SpecUnfitError(fixed[0], f"{fixed[0]} cannot change: it would be another region.")
    document = _merged(codec.to_document(spec), changed)
    _fit(RegionSpec, document, "")
    return codec.from_document(RegionSpec, document)


def _merged(document: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    nested = {
        key: _merged(document[key], value) if _both_nested(document.get(key), value) else value
        for key, value in changed.items()
    }
    return {**document, **nested}


def _both_nested(before: Any, value: Any) -> bool:
    return isinstance(before, Mapping) and isinstance(value, Mapping)


def _fit(hint: Any, value: Any, path: str) -> None:
    """The value is what the annotation says, down to its leaves."""
    if get_origin(hint) is types.UnionType:
        if value is not None:
            _fit(get_args(hint)[0], value, path)
    elif get_origin(hint) is tuple:
        _fit_items(get_args(hint), value, path)
    elif is_dataclass(hint):
        _fit_fields(hint, value, path)
    elif issubclass(hint, StrEnum):
        _require(value in list(hint), path, f"one of {', '.join(hint)}")
    else:
        _require(type(value) is hint, path, PLAIN[hint])


def _fit_items(hints: tuple[Any, ...], value: Any, path: str) -> None:
    _require(isinstance(value, list), path, "a list")
    if hints[-1] is not Ellipsis:
        _require(len(value) == len(hints), path, f"a list of {len(hints)}")
    for number, item in enumerate(value):
        _fit(hints[0 if hints[-1] is Ellipsis else number], item, f"{path}[{number}]")


def _fit_fields(kind: Any, value: Any, path: str) -> None:
    _require(isinstance(value, Mapping), path, "an object")
    hints = get_type_hints(kind)
    if unknown := sorted(value.keys() - hints.keys()):
        where = _inside(path, unknown[0])
        raise SpecUnfitError(where, f"A spec has no {where}.")
    for item in fields(kind):
        where = _inside(path, item.name)
        if item.name in value:
            _fit(hints[item.name], value[item.name], where)
        elif item.default is MISSING and item.default_factory is MISSING:
            raise SpecUnfitError(where, f"{where} is missing.")


def _inside(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _require(fits: bool, path: str, kind: str) -> None:
    if not fits:
        raise SpecUnfitError(path, f"{path} takes {kind}.")
