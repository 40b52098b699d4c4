"""A spec with some of its values changed, as a caller of the API sends them."""

from collections.abc import Mapping
from typing import Any

from regions.questionnaire import codec
from regions.spec import RegionSpec

MAY_CHANGE = frozenset(
    {"cluster", "database", "encryption", "environment", "log_retention_days", "network", "tags", "zones"}
)
"""All but who and where the region is, which make it another region."""


class SpecUnfitError(ValueError):
    """A value that a spec cannot have; `path` names it."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


def with_changes(spec: RegionSpec, changed: Mapping[str, Any]) -> RegionSpec:
    """The spec with these values, nested as in its document. Raises SpecUnfitError."""
    document = codec.to_document(spec)
    for key in changed:
        if key in document and key not in MAY_CHANGE:
            raise SpecUnfitError(key, f"{key} cannot change: it would be another region.")
    try:
        return codec.from_document(RegionSpec, _merged("", document, changed))
    except SpecUnfitError:
        raise
    except ValueError as error:
        raise SpecUnfitError("spec", f"The spec cannot be read: {error}.") from error


def _merged(path: str, document: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(document)
    for key, value in changed.items():
        where = f"{path}.{key}" if path else key
        if key not in document:
            raise SpecUnfitError(where, f"A spec has no {where}.")
        merged[key] = _fitting(where, document[key], value)
    return merged


def _fitting(path: str, before: Any, value: Any) -> Any:
    """A value of the kind that is there: what is compared later must not differ by its type."""
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        return _merged(path, before, value)
    if type(before) is not type(value) or (isinstance(value, list) and not all(map(_is_item, value))):
        raise SpecUnfitError(path, f"{path} takes {_kind(before)}, as in {before!r}.")
    return value


def _is_item(value: Any) -> bool:
    """A text, or the pair of texts that a tag is."""
    pair = isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)
    return isinstance(value, str) or pair


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a whole number", str: "a text", list: "a list of texts"}
    return kinds.get(type(value), "an object")
