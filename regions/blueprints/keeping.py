"""What is kept of a region's data when the region goes, and what has to stay with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from regions.blueprints.manifests import Manifest, by_name

DATA = ("Instance", "Bucket")
"""Kinds that hold data which nothing can make again: each asks for a choice before it goes."""
SEALING = ("Instance", "BucketServerSideEncryptionConfiguration")
"""Kinds that name the key under which data lies."""


class Buckets(StrEnum):
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Chosen by the person who deprovisions."""

    final_snapshot: bool = False
    """RDS takes a last snapshot before the database goes."""
    buckets: Buckets = Buckets.DELETE

    def to_document(self) -> dict[str, Any]:
        return {"final_snapshot": self.final_snapshot, "buckets": self.buckets.value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Keeping":
        return cls(bool(document["final_snapshot"]), Buckets(document["buckets"]))


NOTHING = Keeping()


def usual(manifests: Sequence[Manifest]) -> Keeping:
    """What the plan says, where nobody chooses: a snapshot of every database that is meant to last."""
    databases = [one for one in manifests if one.kind == "Instance"]
    return Keeping(final_snapshot=any(not one.for_provider.get("skipFinalSnapshot") for one in databases))


def kept(manifests: Sequence[Manifest], keeping: Keeping) -> frozenset[str]:
    """Names of the manifests that stay: chosen buckets with their settings, and the keys that open what stays."""
    buckets = {one.name for one in manifests if one.kind == "Bucket"} if keeping.buckets is Buckets.KEEP else set()
    settings = {one.name for one in manifests if buckets & set(_named(one, "bucket"))}
    stays = buckets | settings | _keys(manifests, settings, snapshot=keeping.final_snapshot)
    return frozenset(stays | {one.name for one in manifests if one.kind == "Alias" and stays & set(one.needs)})


def _keys(manifests: Sequence[Manifest], settings: set[str], *, snapshot: bool) -> set[str]:
    """A snapshot or an object outlives nothing if its key is gone."""
    sealing = [one for one in manifests if one.kind in SEALING]
    opened = [one for one in sealing if one.name in settings or (snapshot and one.kind == "Instance")]
    named = by_name(manifests)
    return {need for one in opened for need in one.needs if named[need].kind == "Key"}


def _named(manifest: Manifest, field: str) -> Iterator[str]:
    reference = manifest.for_provider.get(f"{field}Ref")
    if isinstance(reference, Mapping):
        yield str(reference["name"])


def last_fields(manifest: Manifest, keeping: Keeping, token: str) -> dict[str, Any]:
    """Fields of a manifest that its deletion is carried out with; `token` makes a snapshot's name new."""
    if manifest.kind != "Instance":
        return {}
    if not keeping.final_snapshot:
        return {"skipFinalSnapshot": True}
    return {"skipFinalSnapshot": False, "finalSnapshotIdentifier": snapshot_name(manifest, token)}


def snapshot_name(manifest: Manifest, token: str) -> str:
    return f"{manifest.external_name}-final-{token}"
