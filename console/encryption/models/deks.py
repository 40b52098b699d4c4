"""Wrapped data keys: a narrow table, so that re-wrapping touches nothing else."""

from typing import Self
from uuid import UUID

from django.db import models


class DekQuerySet(models.QuerySet["Dek"]):
    def of(self, org_id: UUID) -> Self:
        return self.filter(org_id=org_id)

    def within(self, first: UUID, last: UUID) -> Self:
        """Ids from `first` to `last`, both included: what one keyring owns."""
        return self.filter(id__gte=first, id__lte=last)

    def by_version(self) -> dict[int, int]:
        """How many are wrapped by each version."""
        counted = self.values_list("kek_version").annotate(many=models.Count("id"))
        return dict(counted.order_by("kek_version"))


class Dek(models.Model):
    """A data key, wrapped by a version of its keyring. `org_id` is the nil UUID for the platform's.

    Half of each page is left free and no index holds `kek_version`: every re-wrap is then an update in its
    page (HOT), and the table does not grow.
    """

    pk = models.CompositePrimaryKey("org_id", "id")
    org_id = models.UUIDField(editable=False)
    id = models.UUIDField(editable=False)
    kek_version = models.IntegerField()
    wrapped = models.BinaryField()
    """Nonce, ciphertext and tag: 60 bytes."""

    objects = models.Manager.from_queryset(DekQuerySet)()

    database_grants = {"app": "SELECT, INSERT, DELETE", "engine": "SELECT, UPDATE (kek_version, wrapped)"}

    class Meta:
        db_table = "encryption_dek"

    def __str__(self) -> str:
        return f"Data key {self.id}"
