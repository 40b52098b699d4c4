"""What was measured when an organization rehearsed taking its key back."""

from typing import Any, ClassVar, Self

from django.db import models

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager


class RehearsalQuerySet(TenantQuerySet["Rehearsal"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")


class Rehearsal(OrganizationRow):
    at = models.DateTimeField(default=now)
    by = models.CharField(max_length=200)
    root = models.CharField(max_length=16)
    readable = models.BooleanField()
    """Whether values could be read once the process had forgotten its keys."""
    measured: Any = models.JSONField(default=list)
    """Lines of what, whether readable, milliseconds, and the provider's own words."""

    objects = tenant_manager(RehearsalQuerySet)

    database_grants: ClassVar = {"app": "SELECT, INSERT"}

    class Meta:
        db_table = "encryption_rehearsal"
        indexes: ClassVar = [models.Index(fields=["org_id", "-id"], name="rehearsal_newest")]

    def __str__(self) -> str:
        return f"Rehearsal of {self.at:%d %b %Y}"
