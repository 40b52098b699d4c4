"""What a region left behind: found, priced, written down, and made into something that a step can delete."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from console.kernel.clock import now
from console.kernel.scope import Scope
from regions.blueprints.keeping import kept
from regions.blueprints.manifests import EXTERNAL_NAME, TITLE, Manifest
from regions.clouds.leftovers import Left, Unseen
from regions.models import Leftover, Region
from regions.steps.leftover_sorts import fix, monthly, sort_of, title_of
from regions.steps.region_work import RegionWork
from regions.steps.resources import KEPT_TAG

ONLY = "byoc.akka.io/only"
REGION_LABEL = "byoc.akka.io/region"
FINAL = "-final-"
"""In the name of a snapshot that was taken by choice."""


@dataclass(frozen=True, slots=True)
class Search:
    """`found` is there; `unseen` are looks that the cloud refused."""

    found: tuple[Left, ...]
    unseen: tuple[Unseen, ...]
    looks: tuple[str, ...]


def search(work: RegionWork) -> Search:
    """Raises CloudError. The tag index is minutes late: what it lists is believed when a look confirms it."""
    searcher, prefix = work.searcher, prefix_of(work.region)
    found, unseen = searcher.search(region_id=str(work.region.id), prefix=prefix)
    stays = set(_names_that_stay(work))
    left = tuple(one for one in found if not _kept(one, stays) and _is_there(work, one))
    return Search(left, unseen, searcher.looks)


def prefix_of(region: Region) -> str:
    """Of every name that is ours to choose."""
    return f"byoc-{region.id.hex[-10:]}"


def _names_that_stay(work: RegionWork) -> Iterator[str]:
    names = kept(list(work.manifests.values()), work.keeping)
    return (work.manifests[name].external_name for name in names if work.manifests[name].external_name)


def _kept(left: Left, stays: set[str]) -> bool:
    snapshot = left.sort == "rds:snapshot" and FINAL in left.id
    return KEPT_TAG in left.tags or left.id in stays or snapshot


def _is_there(work: RegionWork, left: Left) -> bool:
    kind = sort_of(left).kind
    return not kind or work.client.observe(as_manifest(work.region, kind, left.id, title_of(left))).exists


def as_manifest(region: Region, kind: str, identifier: str, title: str) -> Manifest:
    """Stands for one thing that is there, so that the verbs of its kind find and delete it."""
    inside, _, name = identifier.partition("/") if kind == "NodeGroup" else ("", "", identifier)
    fields: dict[str, Any] = {
        "deletionWindowInDays": 7,
        "forceDelete": True,
        "forceDestroy": True,
        "path": "/byoc/",
        "skipFinalSnapshot": True,
        "tags": {"byoc:region": str(region.id), "byoc:connection": str(region.connection_id)},
    }
    name = name.partition("/")[0] if inside else name
    return Manifest(
        {
            "apiVersion": "byoc.akka.io/v1",
            "kind": kind,
            "metadata": {
                "name": f"leftover-{name}"[:120],
                "namespace": str(region.id),
                "labels": {REGION_LABEL: str(region.id)},
                "annotations": {EXTERNAL_NAME: name, ONLY: name, TITLE: f"{title} {name}"},
            },
            "spec": {"forProvider": {**fields, **({"clusterName": inside} if inside else {})}},
        }
    )


def write_down(scope: Scope, region: Region, found: Iterable[Left]) -> list[Leftover]:
    """One row for each, kept when it goes; what was found before and is not found now is gone."""
    at, rows = now(), []
    with scope.entered():
        known = Leftover.objects.visible_to(scope).of_region(region.id)
        for left in found:
            row, _ = Leftover.objects.update_or_create(
                org_id=scope.org_id,
                region=region,
                external_id=(left.arn or left.id)[:300],
                defaults=_columns(left, region.cloud_region) | {"seen_at": at, "gone_at": None},
            )
            rows.append(row)
        known.still_there().exclude(id__in=[row.id for row in rows]).update(gone_at=at)
    return rows


def _columns(left: Left, cloud_region: str) -> dict[str, Any]:
    return {
        "title": title_of(left)[:120],
        "kind": sort_of(left).kind,
        "name": left.id[:120],
        "found_by": left.found_by[:120],
        "why": str(left.tags.get("byoc:resource", ""))[:300],
        "monthly": monthly(left, cloud_region),
        "fix": fix(left, cloud_region),
    }


def total(rows: Iterable[Leftover]) -> Decimal:
    return sum((row.monthly for row in rows if row.monthly is not None), Decimal(0))
