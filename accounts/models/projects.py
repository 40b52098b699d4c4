"""Projects: what groups apps and their secrets."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

NAME_PATTERN = r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
"""A DNS label (RFC 1035, 2.3.1): the name is part of the address `<app>.<project>.svc.<region host>`."""


class ProjectQuerySet(TenantQuerySet["Project"]):
    def named(self, name: str) -> Self:
        return self.filter(name=name)

    def by_name(self) -> Self:
        return self.order_by("name")


class Project(OrganizationRow):
    name = models.CharField(max_length=63)
    description = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(ProjectQuerySet)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org_id", "name"], name="project_name_once"),
            models.CheckConstraint(condition=Q(name__regex=NAME_PATTERN), name="project_name_is_a_label"),
        ]

    def __str__(self) -> str:
        return self.name
