"""A region and the infrastructure it is made of."""

from typing import NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q

from accounts.models import ApplicationPlane
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.connections import CLOUDS, Connection, lane_of
from regions.states import Health, RegionState


class Tally(NamedTuple):
    """Regions that are not gone, and the cloud accounts they are in."""

    regions: int
    accounts: int


class RegionQuerySet(TenantQuerySet["Region"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def with_connection(self) -> Self:
        return self.select_related("connection")

    def with_plane(self) -> Self:
        return self.select_related("plane")

    def present(self) -> Self:
        """Regions that have, or may have, something in the cloud."""
        return self.exclude(state__in=[RegionState.PLANNED, RegionState.DEPROVISIONED])

    def of_connection(self, connection_id: object) -> Self:
        return self.filter(connection_id=connection_id)

    def needing_somebody(self) -> Self:
        """Regions that failed, wait for approval, or are active and not well; the oldest first."""
        unwell = Q(state=RegionState.ACTIVE, health__in=[Health.DEGRADED, Health.UNHEALTHY, Health.UNREACHABLE])
        return self.filter(Q(state__in=[RegionState.FAILED, RegionState.PLANNED]) | unwell).order_by("id")

    def tally(self) -> Tally:
        found = self.exclude(state=RegionState.DEPROVISIONED).aggregate(
            regions=Count("id"), accounts=Count("connection", distinct=True)
        )
        return Tally(**found)


class Region(OrganizationRow):
    """Its primary key is the `region_id` of its spec and the value of the tag `byoc:region`."""

    name = models.CharField(max_length=60)
    cloud = models.CharField(max_length=8, choices=CLOUDS)
    cloud_region = models.CharField(max_length=40)
    environment = models.CharField(max_length=20)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="regions")
    plane = models.ForeignKey(ApplicationPlane, on_delete=models.PROTECT, related_name="regions")
    """The regions it shares a root certificate with; fixed once it is requested."""
    plan_id = models.UUIDField()
    """The signed plan version this region is made from."""
    plan_number = models.PositiveIntegerField()
    spec = models.JSONField()
    state = models.CharField(max_length=16, choices=RegionState, default=RegionState.PLANNED)
    health = models.CharField(max_length=16, choices=Health, default=Health.UNKNOWN)
    requested_by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)
    active_at = models.DateTimeField(null=True)
    deprovisioned_at = models.DateTimeField(null=True)

    objects = tenant_manager(RegionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "name"], condition=~Q(state="deprovisioned"), name="region_name_once"
            ),
            models.CheckConstraint(condition=Q(state__in=RegionState.values), name="region_state_known"),
            models.CheckConstraint(condition=Q(health__in=Health.values), name="region_health_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def operation_lane(self) -> str:
        return lane_of(self.connection_id)


class ResourceQuerySet(TenantQuerySet["Resource"]):
    def of_region(self, region: Region) -> Self:
        return self.filter(region=region)

    def in_order(self) -> Self:
        return self.order_by("position")

    def present(self) -> Self:
        return self.exclude(external_id="", ready=None)

    def not_gone(self) -> Self:
        """Without those that the cloud was seen not to have."""
        return self.exclude(exists=False)

    def half_way(self) -> Self:
        """Those that a change has not reached yet."""
        return self.exclude(earlier=None)

    def paused(self) -> Self:
        return self.filter(paused_at__isnull=False)

    def kinds(self) -> list[str]:
        return sorted(set(self.values_list("kind", flat=True)))

    def databases(self) -> Self:
        return self.filter(kind="Instance")


class Resource(OrganizationRow):
    """Desired as a manifest; everything below `external_id` is observed and comes from the cloud alone."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="resources")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    api_version = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    manifest = models.JSONField()
    needs = ArrayField(models.CharField(max_length=120), default=list)
    earlier = models.JSONField(null=True)
    """What the cloud was last brought to, until it is brought to `manifest`; empty where nothing was made yet."""

    external_id = models.CharField(max_length=300, blank=True)
    exists = models.BooleanField(null=True)
    ready = models.BooleanField(null=True)
    synced = models.BooleanField(null=True)
    up_to_date = models.BooleanField(null=True)
    provider_state = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    differences = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    observed_at = models.DateTimeField(null=True)

    paused_at = models.DateTimeField(null=True)
    """While paused, scans look and say, and no finding is opened or healed."""
    paused_by = models.CharField(max_length=200, blank=True)
    paused_reason = models.TextField(blank=True)

    objects = tenant_manager(ResourceQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="resource_name_once")]

    def __str__(self) -> str:
        return self.title
