"""Keeping what the cloud said about a resource; these columns have no other source."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from console.kernel.clock import now
from console.kernel.scope import Scope
from regions.clouds.errors import CloudError
from regions.clouds.ports import Observation
from regions.models import Resource

GONE: dict[str, Any] = {
    "external_id": "", "exists": False, "ready": None, "up_to_date": None, "provider_state": "", "facts": {},
    "differences": [], "reason": "", "message": "",
}  # fmt: skip


def keep(scope: Scope, region_id: UUID, name: str, seen: Observation) -> None:
    _write(scope, region_id, name, columns_of(seen))


def columns_of(seen: Observation) -> dict[str, Any]:
    """What an observation made just now makes of a row."""
    columns = _columns(seen) if seen.exists else GONE
    return {**columns, "synced": True, "observed_at": now()}


def keep_error(scope: Scope, region_id: UUID, name: str, error: CloudError) -> None:
    """The cloud could not be asked: what was seen last stays, marked as not in step."""
    _write(scope, region_id, name, error_columns(error))


def error_columns(error: CloudError) -> dict[str, Any]:
    return {"synced": False, "reason": error.code[:80], "message": error.message}


def reached(scope: Scope, region_id: UUID, name: str) -> None:
    """The cloud has what the manifest says."""
    with scope.entered():
        Resource.objects.visible_to(scope).filter(region_id=region_id, name=name).half_way().update(earlier=None)


def forget(scope: Scope, region_id: UUID, name: str) -> None:
    with scope.entered():
        Resource.objects.visible_to(scope).filter(region_id=region_id, name=name).delete()


def _columns(seen: Observation) -> dict[str, Any]:
    return {
        "external_id": seen.external_id[:300],
        "exists": True,
        "ready": seen.ready and not seen.deleting and not seen.foreign,
        "up_to_date": seen.up_to_date and not seen.foreign,
        "provider_state": seen.state[:60],
        "facts": dict(seen.facts),
        "differences": [asdict(difference) for difference in seen.differences],
        "reason": _reason(seen),
        "message": seen.message,
    }


def _reason(seen: Observation) -> str:
    if seen.foreign:
        return "Foreign"
    if seen.failed:
        return "Failed"
    if seen.deleting:
        return "Deleting"
    if not seen.ready:
        return "Creating"
    return "" if seen.up_to_date else "Differs"


def _write(scope: Scope, region_id: UUID, name: str, columns: dict[str, Any]) -> None:
    with scope.entered():
        Resource.objects.visible_to(scope).filter(region_id=region_id, name=name).update(**columns)
