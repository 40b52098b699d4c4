"""Watching regions for drift: scans asked for and due, how often and with what policy, resources left alone."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connections, transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions.region_rows import locked
from regions.models import DriftWatch, Region, Resource
from regions.states import Healing, RegionState
from regions.steps import health
from regions.steps.drift_findings import watch_of

ENGINE = "engine"
LOOKED_AT = frozenset({RegionState.ACTIVE, RegionState.FAILED})
EVERY = {0: "never", 300: "5 min", 900: "15 min", 3600: "1 h", 21600: "6 h", 86400: "24 h"}
"""Seconds between two scans, as people choose them."""
MOST = 500

CLAIM = """
UPDATE regions_driftwatch SET scan_at = %(now)s + every_seconds * interval '1 second'
WHERE id IN (SELECT id FROM regions_driftwatch WHERE every_seconds > 0 AND scan_at <= %(now)s
    ORDER BY scan_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING org_id, connection_id, cloud_region, id
"""


class Place(NamedTuple):
    """Regions that one look reads together."""

    org_id: UUID
    connection_id: UUID
    cloud_region: str


class ReasonMissing(Invalid):
    code = "reason_missing"
    title = "A reason is missing"


class UnknownInterval(Invalid):
    code = "unknown_interval"
    title = "There is no such interval"


def claim(*, at: datetime) -> Mapping[Place, list[UUID]]:
    """The regions that are due, by place, across organizations; each is due again after its own interval."""
    places: dict[Place, list[UUID]] = defaultdict(list)
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(CLAIM, {"now": at, "most": MOST})
        for org_id, connection_id, cloud_region, region_id in cursor.fetchall():
            places[Place(org_id, connection_id, cloud_region)].append(region_id)
    return places


@transaction.atomic
def scan(*, scope: Scope, region: Region) -> Operation:
    """Read every resource from the cloud and judge what differs; change nothing there.

    Its target is the region's watch, so that it neither waits for an operation on the region nor holds one up.
    Raises Refused, NotInThisState, and OperationGoingOn while another scan goes on.
    """
    scope.require(Permission.OPERATION_CONTROL)
    region = locked(scope, region, LOOKED_AT, "looked at")
    watch = watch_of(scope, region)
    operation = operations.start(
        scope=scope, kind=plans.RECONCILE, title=f"Look at {region.name}", target=watch, steps=plans.reconcile()
    )
    audit.record(scope.during(operation.id), "region:reconcile-requested", region)
    return operation


@transaction.atomic
def set_watch(*, scope: Scope, region: Region, every_seconds: int, healing: Mapping[str, Healing]) -> DriftWatch:
    """Say how often the region is scanned, and what it does by itself about each kind; "" is for all others.

    Raises Refused and UnknownInterval.
    """
    scope.require(Permission.REGION_APPROVE)
    if every_seconds not in EVERY:
        raise UnknownInterval("A region is scanned at one of the offered intervals.", field="every_seconds")
    watch_of(scope, region)
    watch = DriftWatch.objects.visible_to(scope).select_for_update().get(pk=region.id)
    wanted = {kind: policy.value for kind, policy in healing.items() if policy is not Healing.OFF or not kind}
    changes = {"every_seconds": (watch.every_seconds, every_seconds), "healing": (watch.healing, wanted)}
    watch.every_seconds, watch.healing = every_seconds, wanted
    watch.scan_at = now()
    watch.save(update_fields=["every_seconds", "healing", "scan_at"])
    audit.record(scope, "region:drift-policy-changed", region, changes=changes)
    return watch


@transaction.atomic
def pause(*, scope: Scope, resource: Resource, reason: str) -> None:
    """Open no finding about the resource and heal nothing of it, until it is resumed.

    Raises Refused and ReasonMissing.
    """
    scope.require(Permission.OPERATION_CONTROL)
    if not reason.strip():
        raise ReasonMissing("Say why the resource is left alone.", field="reason")
    resource.paused_at, resource.paused_by, resource.paused_reason = now(), scope.actor.label[:200], reason.strip()
    resource.save(update_fields=["paused_at", "paused_by", "paused_reason"])
    health.rejudge(scope, resource.region_id)
    audit.record(scope, "resource:paused", resource, reason=reason.strip(), resource=resource.name)


@transaction.atomic
def resume(*, scope: Scope, resource: Resource) -> None:
    """Raises Refused."""
    scope.require(Permission.OPERATION_CONTROL)
    resource.paused_at, resource.paused_by, resource.paused_reason = None, "", ""
    resource.save(update_fields=["paused_at", "paused_by", "paused_reason"])
    health.rejudge(scope, resource.region_id)
    audit.record(scope, "resource:resumed", resource, resource=resource.name)
