"""Addresses of the work on regions that is done beside requests and operations."""

from uuid import UUID

from celery import shared_task

from console.kernel.clock import now
from console.kernel.queue import Job, send
from console.kernel.scope import of_console
from regions.actions import drift, drift_healing
from regions.steps import drift_scan


@shared_task(name=Job.WATCH_DRIFT.value)
def watch_drift(**_unknown: object) -> None:
    for place, region_ids in drift.claim(at=now()).items():
        send(Job.SCAN_REGIONS, org_id=str(place.org_id), region_ids=",".join(map(str, region_ids)))


@shared_task(name=Job.SCAN_REGIONS.value)
def scan_regions(*, org_id: str, region_ids: str, **_unknown: object) -> None:
    """`region_ids` are joined by commas: regions of one place, read together."""
    drift_scan.scan_by_schedule(of_console(UUID(org_id)), [UUID(each) for each in region_ids.split(",")])


@shared_task(name=Job.HEAL_REGION.value)
def heal_region(*, org_id: str, region_id: str, **_unknown: object) -> None:
    drift_healing.heal(org_id=UUID(org_id), region_id=UUID(region_id))
