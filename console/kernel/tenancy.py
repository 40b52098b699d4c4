"""Rows that belong to one organization."""

from typing import Any, Self, TypeVar

from django.db import models

from console.kernel.ids import new_id
from console.kernel.scope import Scope

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    """Questions about one organization's rows; row-level security stands behind it."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(org_id=scope.org_id)


class OrganizationRow(models.Model):
    """A row of customer data. Its migration adds `EnableRowLevelSecurity`; a guard test checks that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    org_id = models.UUIDField(editable=False)

    class Meta:
        abstract = True


def tenant_manager(queryset: type[models.QuerySet[Any]]) -> Any:
    """Return a manager of the query set that migrations need not know."""
    manager = models.Manager.from_queryset(queryset)()
    manager.use_in_migrations = False
    return manager
