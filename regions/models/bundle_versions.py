"""Versions of a connection's permission bundle: what its customer changed about the roles for people."""

from typing import Self

from django.db import models

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from regions.models.connections import Connection


class BundleVersionQuerySet(TenantQuerySet["BundleVersion"]):
    def of_connection(self, connection: Connection) -> Self:
        return self.filter(connection=connection)

    def newest_first(self) -> Self:
        return self.order_by("-number")


class BundleVersion(OrganizationRow):
    """Never changed; the newest holds."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="bundle_versions")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=64)
    """Digest of the whole bundle when it was made; an upgrade of the console may give it another."""
    tailoring = models.JSONField()
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    database_grants = {"app": "SELECT, INSERT"}
    objects = tenant_manager(BundleVersionQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "number"], name="bundle_version_number_once")]

    def __str__(self) -> str:
        return f"version {self.number}"
