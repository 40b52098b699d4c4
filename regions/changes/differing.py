"""The difference between two sets of manifests: create, update, replace, delete."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from regions.blueprints.manifests import Manifest
from regions.clouds.aws.kinds import KINDS

NAME = "name"
"""The field that stands for the name in the cloud: another name is another resource."""


class Verb(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """A field changes that no call can change: what is there goes, and is made anew."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: Any
    after: Any
    in_place: bool = True
    """A call can change it."""


@dataclass(frozen=True, slots=True)
class Change:
    verb: Verb
    name: str
    kind: str
    title: str
    fields: tuple[FieldChange, ...] = ()
    before: Manifest | None = field(default=None, repr=False)
    after: Manifest | None = field(default=None, repr=False)

    @property
    def comes_up_first(self) -> bool:
        """A replacement of another name stands beside what it replaces before that goes."""
        names = [each.external_name for each in (self.before, self.after) if each and each.external_name]
        return self.verb is Verb.REPLACE and len(set(names)) == 2


def changes(before: Mapping[str, Manifest], after: Mapping[str, Manifest]) -> tuple[Change, ...]:
    """What applying `after` would do to what `before` made, in the order of `after`; then deletions."""
    kept = (_changed(before[name], after[name]) if name in before else _created(after[name]) for name in after)
    gone = (_change(Verb.DELETE, before=before[name]) for name in before if name not in after)
    return (*(change for change in kept if change), *gone)


def _created(manifest: Manifest) -> Change:
    return _change(Verb.CREATE, after=manifest)


def _changed(before: Manifest, after: Manifest) -> Change | None:
    fields = tuple(_all_fields(before, after))
    if not fields:
        return None
    verb = Verb.UPDATE if all(each.in_place for each in fields) else Verb.REPLACE
    return _change(verb, before=before, after=after, fields=fields)


def _change(
    verb: Verb,
    *,
    before: Manifest | None = None,
    after: Manifest | None = None,
    fields: tuple[FieldChange, ...] = (),
) -> Change:
    manifest = after or before
    assert manifest is not None
    return Change(verb, manifest.name, manifest.kind, manifest.title, fields, before, after)


def _all_fields(before: Manifest, after: Manifest) -> Iterator[FieldChange]:
    if before.external_name != after.external_name:
        yield FieldChange(NAME, before.external_name, after.external_name, in_place=False)
    for path, old, new in _leaves("", before.for_provider, after.for_provider):
        yield FieldChange(path, old, new, in_place=_changeable(after.kind, path))


def _leaves(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Differences leaf by leaf; lists are compared whole."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        if before != after:
            yield path, before, after
        return
    for key in dict.fromkeys([*before, *after]):
        yield from _leaves(f"{path}.{key}" if path else key, before.get(key), after.get(key))


def _changeable(kind: str, path: str) -> bool:
    """Whether a call can change the field of a kind; fields that nobody compares change nothing."""
    described = KINDS[kind]
    if path.startswith("tags."):
        return described.tagging is not None and described.tagging.change is not None
    fields = [field for field in described.fields if _covers(path, field.path)]
    return all(field.change for field in fields)


def _covers(path: str, field: str) -> bool:
    """A reference (`subnetIdRefs`) stands for the field it fills (`subnetIds`)."""
    plain = path.removesuffix("Refs").removesuffix("Ref").removesuffix(".name").removesuffix("Ref")
    return path == field or path.startswith(f"{field}.") or plain in {field, field.removesuffix("s")}
