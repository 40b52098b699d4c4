"""A region's desired resources: rows from manifests, and what a new set of manifests changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.kernel.scope import Scope
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.kinds import KINDS
from regions.models import Region, Resource


class Verb(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """A field changes that no call can change: what is there would have to go first."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    verb: Verb
    name: str
    kind: str
    title: str
    fields: tuple[FieldChange, ...] = ()


def make(*, scope: Scope, region: Region, manifests: Sequence[Manifest]) -> list[Resource]:
    """Insert a row for each manifest, in their order."""
    rows = [
        Resource(org_id=scope.org_id, region=region, position=position, **_desired(manifest))
        for position, manifest in enumerate(manifests)
    ]
    return Resource.objects.bulk_create(rows)


def replace(*, scope: Scope, region: Region, manifests: Sequence[Manifest]) -> None:
    """Bring the desired columns to new manifests; rows of what is no longer wanted stay until it is gone."""
    rows = {row.name: row for row in Resource.objects.visible_to(scope).of_region(region)}
    for position, manifest in enumerate(manifests):
        row = rows.get(manifest.name) or Resource(org_id=scope.org_id, region=region)
        row.position = position
        for name, value in _desired(manifest).items():
            setattr(row, name, value)
        row.save()


def _desired(manifest: Manifest) -> dict[str, Any]:
    return {
        "name": manifest.name,
        "kind": manifest.kind,
        "api_version": manifest.api_version,
        "title": manifest.title,
        "manifest": dict(manifest.body),
        "needs": list(manifest.needs),
    }


def changes(before: Mapping[str, Manifest], after: Mapping[str, Manifest]) -> tuple[Change, ...]:
    """What applying `after` would do to what `before` made, in the order of `after`; then deletions."""
    kept = (_changed(before[name], after[name]) if name in before else _created(after[name]) for name in after)
    gone = (_change(Verb.DELETE, before[name]) for name in before if name not in after)
    return (*(change for change in kept if change), *gone)


def _created(manifest: Manifest) -> Change:
    return _change(Verb.CREATE, manifest)


def _changed(before: Manifest, after: Manifest) -> Change | None:
    fields = tuple(_fields("", before.for_provider, after.for_provider))
    if not fields:
        return None
    verb = Verb.UPDATE if all(_changeable(after.kind, each.field) for each in fields) else Verb.REPLACE
    return _change(verb, after, fields)


def _change(verb: Verb, manifest: Manifest, fields: tuple[FieldChange, ...] = ()) -> Change:
    return Change(verb, manifest.name, manifest.kind, manifest.title, fields)


def _fields(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    """Differences leaf by leaf; lists are compared whole."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        if before != after:
            yield FieldChange(path, before, after)
        return
    for key in dict.fromkeys([*before, *after]):
        yield from _fields(f"{path}.{key}" if path else key, before.get(key), after.get(key))


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
