"""What differs from the plan in the cloud: when it is looked for, what was found, and what was done about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.regions import Region
from regions.states import FindingState, Harm, Healing, ScanState, ScanTrigger

LIVE = (FindingState.OPEN, FindingState.SNOOZED, FindingState.REVERTING)
USUAL_EVERY_SECONDS = 900


class DriftWatchQuerySet(TenantQuerySet["DriftWatch"]):
    def of_region(self, region_id: object) -> Self:
        return self.filter(pk=region_id)

    def of_regions(self, region_ids: Iterable[UUID]) -> Self:
        return self.filter(pk__in=list(region_ids))


class DriftWatch(OrganizationRow):
    """How a region is watched. Its primary key is the region's, and scans are operations on it: none blocks an
    operation on the region itself."""

    region = models.OneToOneField(Region, on_delete=models.CASCADE, related_name="drift_watch")
    connection_id = models.UUIDField()
    cloud_region = models.CharField(max_length=40)
    """Together the place of the region, which never changes: regions in one place are read together."""
    every_seconds = models.PositiveIntegerField(default=USUAL_EVERY_SECONDS)
    """Between two scans; 0 for none by schedule."""
    scan_at = models.DateTimeField(default=now)
    """When the next scan by schedule is due."""
    judged_at = models.DateTimeField(null=True)
    """When the scan began that findings were last judged by; an earlier one that ends later judges nothing."""
    healing = models.JSONField(default=dict)
    """Kind to one of `Healing`; under "" what holds for the kinds that are not named."""

    objects = tenant_manager(DriftWatchQuerySet)

    database_grants = {"engine": "SELECT, UPDATE (scan_at)"}

    class Meta:
        indexes = [models.Index(fields=["scan_at"], condition=Q(every_seconds__gt=0), name="drift_watch_due")]

    def __str__(self) -> str:
        return f"drift of {self.region}"

    def healing_of(self, kind: str) -> Healing:
        return Healing(self.healing.get(kind) or self.healing.get("") or Healing.OFF)


class DriftScanQuerySet(TenantQuerySet["DriftScan"]):
    def of_region(self, region: Region) -> Self:
        return self.filter(region=region)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def older_than(self, at: datetime) -> Self:
        return self.filter(started_at__lt=at)


class DriftScan(OrganizationRow):
    """One look at a whole region."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="drift_scans", db_index=False)
    """`drift_scan_newest` begins with it."""
    trigger = models.CharField(max_length=16, choices=ScanTrigger)
    asked_by = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, choices=ScanState)
    message = models.TextField(blank=True)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(default=now)
    resources = models.PositiveIntegerField(default=0)
    kinds = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    """To the cloud, of which those that several regions share count for the first of them."""
    read = models.PositiveIntegerField(default=0)
    """Resources that were read; of the others the trail says that nobody changed them."""
    held = models.PositiveIntegerField(default=0)
    """Resources that an operation was changing, and that were not judged."""
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    healed = models.PositiveIntegerField(default=0)

    objects = tenant_manager(DriftScanQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ScanState.values), name="drift_scan_state_known"),
            models.CheckConstraint(condition=Q(trigger__in=ScanTrigger.values), name="drift_scan_trigger_known"),
        ]
        indexes = [models.Index(fields=["region", "-id"], name="drift_scan_newest")]

    @property
    def took(self) -> timedelta:
        return self.finished_at - self.started_at

    def __str__(self) -> str:
        return f"scan of {self.region} at {self.started_at:%Y-%m-%d %H:%M:%S}"


class FindingQuerySet(TenantQuerySet["Finding"]):
    def of_region(self, region: Region) -> Self:
        return self.filter(region=region)

    def live(self) -> Self:
        """Open, snoozed, or being reverted: the cloud differs from the plan at present."""
        return self.filter(state__in=LIVE)

    def open(self) -> Self:
        return self.filter(state=FindingState.OPEN)

    def snoozed(self) -> Self:
        return self.filter(state=FindingState.SNOOZED)

    def acted_on(self) -> Self:
        """What somebody has to act on, or acts on just now."""
        return self.filter(state__in=[FindingState.OPEN, FindingState.REVERTING])

    def not_acted_on(self) -> Self:
        return self.exclude(state__in=[FindingState.OPEN, FindingState.REVERTING])

    def named(self, ids: Iterable[object]) -> Self:
        return self.filter(pk__in=list(ids))

    def worst_first(self) -> Self:
        return self.order_by("harm", "found_at")

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def snoozed_until_before(self, at: datetime) -> Self:
        return self.filter(state=FindingState.SNOOZED, snoozed_until__lte=at)

    def healed_since(self, at: datetime, *, by: str) -> Self:
        return self.filter(state=FindingState.REVERTED, settled_by=by, settled_at__gt=at)

    def of_operation(self, operation_id: object) -> Self:
        return self.filter(operation_id=operation_id)


class Finding(OrganizationRow):
    """One resource that differs from its plan, from the scan that saw it to the end of it."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="findings", db_index=False)
    """Two indexes begin with it."""
    resource = models.CharField(max_length=120)
    """Name of its manifest; no foreign key, for a finding outlives the resource."""
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    external_id = models.CharField(max_length=300, blank=True)
    is_gone = models.BooleanField(default=False)
    fields = models.JSONField(default=list)
    """Of objects with field, expected, observed and immutable."""
    harm = models.PositiveSmallIntegerField(choices=Harm, default=Harm.SOME)
    sentence = models.TextField()
    """What it means, for people."""
    state = models.CharField(max_length=16, choices=FindingState, default=FindingState.OPEN)
    found_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    """When a scan saw it last."""
    changed_at = models.DateTimeField(null=True)
    """When the trail says it was changed; null where no trail says."""
    trace = models.JSONField(default=dict)
    """Who changed it by the cloud's trail: who, person, call, source_ip, event_id; empty where none says."""
    snoozed_until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    """Why it was snoozed or accepted."""
    settled_by = models.CharField(max_length=200, blank=True)
    """Who snoozed, accepted or reverted it."""
    settled_at = models.DateTimeField(null=True)
    operation_id = models.UUIDField(null=True)
    """The operation that reverts it."""
    is_proposed = models.BooleanField(default=False)
    """The region's policy asks people to revert this kind of resource."""

    objects = tenant_manager(FindingQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FindingState.values), name="finding_state_known"),
            models.UniqueConstraint(
                fields=["region", "resource"], condition=Q(state__in=LIVE), name="finding_live_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.SNOOZED) | (Q(snoozed_until__isnull=False) & ~Q(reason="")),
                name="finding_snoozed_has_reason_and_end",
            ),
        ]
        indexes = [models.Index(fields=["region", "-id"], name="finding_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def names(self) -> list[str]:
        return [str(each["field"]) for each in self.fields]


class OverrideQuerySet(TenantQuerySet["Override"]):
    def of_region(self, region: Region) -> Self:
        return self.filter(region=region)

    def in_order(self) -> Self:
        return self.order_by("number")


class Override(OrganizationRow):
    """What an organization wants otherwise than its plan says, for one resource; the numbers are its versions."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="overrides", db_index=False)
    """`override_number_once` begins with it."""
    number = models.PositiveIntegerField()
    resource = models.CharField(max_length=120)
    is_removed = models.BooleanField(default=False)
    """The resource is not wanted at all."""
    fields = models.JSONField(default=dict)
    """Path in `forProvider` to its value; null where the field is not wanted."""
    instead_of = models.JSONField(default=dict)
    """What the plan said of these fields. Once it says something else, a person has decided anew, and it holds."""
    additions = models.JSONField(default=dict)
    """Field to the list of what others added and is wanted now."""
    reason = models.TextField()
    accepted_by = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(default=now)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="overrides")

    objects = tenant_manager(OverrideQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="override_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, version {self.number}"
