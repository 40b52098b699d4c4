"""The chain over the trail: links that nobody deletes, and the signed words that customers may keep.

Rows of `audit_link` and `audit_tombstone` are written by PostgreSQL alone, in functions of the owner's role.
The chain of what belongs to no organization has the nil UUID.
"""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from console.encryption.fields import EncryptedField
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

PLATFORM = UUID(int=0)
SHORTEST_RETENTION_DAYS = 90


class AuditLinkQuerySet(TenantQuerySet["AuditLink"]):
    def newest_first(self) -> Self:
        return self.order_by("-seq")

    def of_events(self, ids: list[UUID]) -> Self:
        return self.filter(event_id__in=ids)


class AuditLink(models.Model):
    """One link: `digest` covers the salt and the canonical text of its event, `hash` the link before it too."""

    pk = models.CompositePrimaryKey("org_id", "seq")
    org_id = models.UUIDField(editable=False)
    seq = models.BigIntegerField(editable=False)
    event_id = models.UUIDField(unique=True, editable=False)
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = tenant_manager(AuditLinkQuerySet)

    database_grants = {"app": "SELECT", "engine": "SELECT"}

    class Meta:
        db_table = "audit_link"

    def __str__(self) -> str:
        return f"link {self.seq}"


class AuditSigningKeyQuerySet(models.QuerySet["AuditSigningKey"]):
    def active(self) -> Self:
        return self.filter(retired_at__isnull=True)


class AuditSigningKey(models.Model):
    """An Ed25519 key (RFC 8032) of the platform; retired ones stay, so that what they signed can be checked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    public_key = models.BinaryField(max_length=32)
    private_key = EncryptedField()
    created_at = models.DateTimeField(default=now)
    retired_at = models.DateTimeField(null=True)

    objects = tenant_manager(AuditSigningKeyQuerySet)

    database_grants = {"app": "SELECT, INSERT, UPDATE (retired_at)"}

    class Meta:
        db_table = "audit_signing_key"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(retired_at__isnull=True), name="audit_signing_key_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"signing key {self.id}"


class SignedRow(OrganizationRow):
    """`statement` is the text that was signed, byte for byte."""

    statement = models.TextField()
    key_id = models.UUIDField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        abstract = True


class AuditCheckpointQuerySet(TenantQuerySet["AuditCheckpoint"]):
    def newest_first(self) -> Self:
        return self.order_by("-seq")


class AuditCheckpoint(SignedRow):
    """How long the chain was at a moment, and how it ended: whoever keeps one sees a tail that was cut later."""

    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=now)

    objects = tenant_manager(AuditCheckpointQuerySet)

    database_grants = {"app": "SELECT, INSERT", "engine": "SELECT, INSERT"}

    class Meta:
        db_table = "audit_checkpoint"
        constraints = [models.UniqueConstraint(fields=["org_id", "seq"], name="audit_checkpoint_once_per_link")]

    def __str__(self) -> str:
        return f"checkpoint at {self.seq}"


class AuditTombstoneQuerySet(TenantQuerySet["AuditTombstone"]):
    def oldest_first(self) -> Self:
        return self.order_by("through_seq")


class AuditTombstone(SignedRow):
    """Says that the events of a stretch of the chain were purged by the organization's retention."""

    from_seq = models.BigIntegerField()
    through_seq = models.BigIntegerField()
    at = models.DateTimeField(default=now)

    objects = tenant_manager(AuditTombstoneQuerySet)

    database_grants = {"app": "SELECT", "engine": ""}

    class Meta:
        db_table = "audit_tombstone"
        constraints = [
            models.UniqueConstraint(fields=["org_id", "through_seq"], name="audit_tombstone_once_per_stretch")
        ]

    def __str__(self) -> str:
        return f"purged {self.from_seq} to {self.through_seq}"


class AuditRetention(models.Model):
    """How long an organization keeps its events; without a row, for ever."""

    org_id = models.UUIDField(primary_key=True, editable=False)
    days = models.PositiveIntegerField()
    changed_at = models.DateTimeField(default=now)
    changed_by = models.CharField(max_length=200)

    objects = tenant_manager(TenantQuerySet)

    database_grants = {"engine": "SELECT (org_id)"}

    class Meta:
        db_table = "audit_retention"
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=SHORTEST_RETENTION_DAYS), name="audit_retention_not_too_short"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days"
