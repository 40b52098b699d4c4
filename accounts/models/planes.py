"""Application planes: which regions share one root certificate."""

from typing import Self

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

DEFAULT_SLUG = "main"


class ApplicationPlaneQuerySet(TenantQuerySet["ApplicationPlane"]):
    def of_slug(self, slug: str) -> Self:
        return self.filter(slug=slug)

    def oldest_first(self) -> Self:
        return self.order_by("id")


class ApplicationPlane(OrganizationRow):
    """One or more federated regions that talk mutual TLS under one root; `region_group` in the API."""

    slug = models.SlugField(max_length=40)
    """A DNS label; part of the root's name, so it never changes."""
    name = models.CharField(max_length=80)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(ApplicationPlaneQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "slug"], name="plane_slug_once"),
            models.CheckConstraint(condition=~Q(slug=""), name="plane_has_slug"),
        ]

    def __str__(self) -> str:
        return self.name
