"""What is written when regions leave: holds that forbid it, what was found left over, and the certificate."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, Sum

from console.audit.models.chain import SignedRow
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.regions import Region


class RegionHoldQuerySet(TenantQuerySet["RegionHold"]):
    def of_region(self, region_id: object) -> Self:
        return self.filter(region_id=region_id)

    def not_lifted(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def in_force(self, today: date) -> Self:
        """The last day counts."""
        return self.not_lifted().filter(until__gte=today)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class RegionHold(OrganizationRow):
    """The region is kept until a day, whoever asks to deprovision it."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="holds")
    until = models.DateField()
    """In UTC, the whole day."""
    reason = models.CharField(max_length=300)
    placed_by = models.CharField(max_length=200)
    placed_at = models.DateTimeField(default=now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    objects = tenant_manager(RegionHoldQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=Q(lifted_at__isnull=True), name="region_hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""), name="region_hold_lifted_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"held until {self.until}"


class LeftoverQuerySet(TenantQuerySet["Leftover"]):
    def of_region(self, region_id: object) -> Self:
        return self.filter(region_id=region_id)

    def still_there(self) -> Self:
        return self.filter(gone_at__isnull=True)

    def removable(self) -> Self:
        return self.still_there().exclude(kind="")

    def in_order(self) -> Self:
        return self.order_by("title", "external_id")

    def tally(self) -> dict[str, object]:
        """How many are there, and what those whose price is known cost in a month."""
        return self.aggregate(many=models.Count("id"), monthly=Sum("monthly"))


class Leftover(OrganizationRow):
    """Something of a region that the cloud still has although the region has left."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="leftovers")
    external_id = models.CharField(max_length=300)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=60, blank=True)
    """The kind that can remove it; empty where only the customer's cloud team may."""
    name = models.CharField(max_length=120, blank=True)
    """By which the cloud's calls take it."""
    found_by = models.CharField(max_length=120)
    why = models.CharField(max_length=300, blank=True)
    """The resource of the plan that it was made as, where its tags say so."""
    monthly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    """USD at list price; nothing where the price is not known."""
    fix = models.TextField(blank=True)
    """The command with which the customer's cloud team removes it."""
    first_seen_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)
    gone_at = models.DateTimeField(null=True)

    objects = tenant_manager(LeftoverQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "external_id"], name="leftover_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.external_id}"


class DeletionCertificateQuerySet(TenantQuerySet["DeletionCertificate"]):
    def of_region(self, region_id: object) -> Self:
        return self.filter(region_id=region_id)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class DeletionCertificate(SignedRow):
    """The signed word that a region is gone, and what of it stays; a later look makes the next number."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField()
    operation_id = models.UUIDField()
    issued_at = models.DateTimeField(default=now)

    objects = tenant_manager(DeletionCertificateQuerySet)

    database_grants = {"app": "SELECT, INSERT"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="deletion_certificate_number_once"),
            models.UniqueConstraint(fields=["operation_id"], name="deletion_certificate_once_per_operation"),
        ]

    def __str__(self) -> str:
        return f"certificate {self.number}"
