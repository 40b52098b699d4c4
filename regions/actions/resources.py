"""A region's desired resources as rows, made from manifests."""

from collections.abc import Sequence
from typing import Any

from console.kernel.scope import Scope
from regions.blueprints.manifests import Manifest
from regions.models import Region, Resource


def make(*, scope: Scope, region: Region, manifests: Sequence[Manifest]) -> list[Resource]:
    """Insert a row for each manifest, in their order."""
    rows = [
        Resource(org_id=scope.org_id, region=region, position=position, **_desired(manifest))
        for position, manifest in enumerate(manifests)
    ]
    return Resource.objects.bulk_create(rows)


def replace(*, scope: Scope, region: Region, manifests: Sequence[Manifest]) -> None:
    """Bring the desired columns to new manifests; rows of what is no longer wanted stay until it is gone.

    What the cloud has meanwhile stays in `earlier`, so that a change that was cut off is seen as such.
    """
    rows = {row.name: row for row in Resource.objects.visible_to(scope).of_region(region)}
    for position, manifest in enumerate(manifests):
        row = rows.get(manifest.name) or Resource(org_id=scope.org_id, region=region, earlier={})
        if row.earlier is None and row.manifest != manifest.body:
            row.earlier = row.manifest
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
