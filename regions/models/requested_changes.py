"""A change of a region: what was shown to a person, and what that person said."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.onboarding import PlanVersion
from regions.models.regions import Region


class ChangeState(models.TextChoices):
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RegionChangeQuerySet(TenantQuerySet["RegionChange"]):
    def of_region(self, region: Region) -> Self:
        return self.filter(region=region)

    def awaiting(self) -> Self:
        return self.filter(state=ChangeState.AWAITING_APPROVAL)

    def with_plan(self) -> Self:
        return self.select_related("plan_version", "region")


class RegionChange(OrganizationRow):
    """One request to bring a region to a plan version; what it shows is what is approved."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="changes")
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=ChangeState, default=ChangeState.AWAITING_APPROVAL)
    digest = models.CharField(max_length=64)
    """SHA-256 of what changes, field by field; an approval is about this and nothing else."""
    document = models.JSONField()
    """The preview as it was shown: changes, cost, permissions, checks."""
    note = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=500, blank=True)
    operation_id = models.UUIDField(null=True)

    objects = tenant_manager(RegionChangeQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(state="awaiting_approval"), name="region_change_waits_once"
            ),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="region_change_state_known"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="region_change_digest_shape"
            ),
            models.CheckConstraint(
                condition=Q(state="awaiting_approval", decided_at=None)
                | (~Q(state="awaiting_approval") & Q(decided_at__isnull=False)),
                name="region_change_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"change of {self.region.name} to plan version {self.plan_version.number}"

    def standing(self, at: datetime) -> ChangeState:
        """Its state, where time alone has made it expire."""
        state = ChangeState(self.state)
        late = state is ChangeState.AWAITING_APPROVAL and at > self.expires_at
        return ChangeState.EXPIRED if late else state
