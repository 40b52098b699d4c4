"""Regions as this app knows them: who receives secrets, and what each has of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from secrets_app.models.secrets import Secret

SILENT_AFTER = timedelta(minutes=5)


class RecipientState(models.TextChoices):
    JOINING = "joining"
    """It has not published its public key yet."""
    ACTIVE = "active"
    GONE = "gone"


class RecipientQuerySet(TenantQuerySet["Recipient"]):
    def present(self) -> Self:
        return self.exclude(state=RecipientState.GONE)

    def active(self) -> Self:
        return self.filter(state=RecipientState.ACTIVE)

    def of_region(self, region_id: UUID) -> Self:
        return self.filter(region_id=region_id)

    def of_plane(self, plane_id: UUID) -> Self:
        return self.filter(plane_id=plane_id)

    def by_name(self) -> Self:
        return self.order_by("name", "id")

    def in_trouble(self, at: datetime) -> Self:
        """Regions that do not get what they should; one that has just joined is given its time."""
        young = Q(state=RecipientState.JOINING, created_at__gt=at - SILENT_AFTER)
        return self.present().exclude(trouble="").exclude(young)

    def due(self, at: datetime) -> Self:
        return self.present().filter(look_at__lte=at)


class Recipient(OrganizationRow):
    """A region that opens what is sealed to its key. `regions` keeps it current."""

    region_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=253)
    plane_id = models.UUIDField(null=True)
    public_key = models.TextField(blank=True)
    """JWK (RFC 7517) of the region's P-256 key for ECDH-ES; the private half never leaves the region."""
    key_id = models.CharField(max_length=43, blank=True)
    """Its thumbprint (RFC 7638, SHA-256)."""
    offered_key = models.TextField(blank=True)
    """Another JWK that the region's bucket holds now; nothing is sealed to it before a person has accepted it."""
    bucket = models.CharField(max_length=63)
    state = models.CharField(max_length=8, choices=RecipientState, default=RecipientState.JOINING)
    seen_at = models.DateTimeField(null=True)
    """When the region last said what it has applied."""
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=now)
    """When its bucket is to be read and written again."""
    trouble = models.TextField(blank=True)
    """Why the last look failed, for people; empty when it did not."""
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(RecipientQuerySet)

    database_grants: ClassVar = {"engine": "SELECT (id, org_id, host, state, look_at), UPDATE (look_at)"}

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RecipientState.values), name="recipient_state_known"),
            models.CheckConstraint(
                condition=~Q(state="active") | (~Q(public_key="") & ~Q(key_id="")),
                name="recipient_active_with_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["look_at"], condition=~Q(state="gone"), name="recipient_due"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_silent(self, at: datetime) -> bool:
        """It has not spoken for longer than it usually takes."""
        return self.seen_at is None or at - self.seen_at > SILENT_AFTER


class SecretDeliveryQuerySet(TenantQuerySet["SecretDelivery"]):
    def to(self, recipient_id: UUID) -> Self:
        return self.filter(recipient_id=recipient_id)

    def to_region(self, region_id: UUID) -> Self:
        return self.filter(recipient__region_id=region_id)

    def of(self, secret_id: UUID) -> Self:
        return self.filter(secret_id=secret_id)

    def of_secrets(self, secret_ids: Iterable[UUID]) -> Self:
        return self.filter(secret_id__in=list(secret_ids))

    def to_present(self) -> Self:
        return self.exclude(recipient__state=RecipientState.GONE)

    def with_recipient(self) -> Self:
        return self.select_related("recipient")

    def with_secret(self) -> Self:
        return self.select_related("secret")

    def not_live(self) -> Self:
        return self.filter(Q(applied_version=None) | ~Q(applied_version=F("desired_version")))


class SecretDelivery(OrganizationRow):
    """What one region should have of one secret, and what it has said it has."""

    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="deliveries")
    desired_version = models.PositiveIntegerField()
    """0: the secret is deleted and the region should no longer have it."""
    desired_at = models.DateTimeField(default=now)
    published = ArrayField(models.PositiveIntegerField(), default=list)
    """The last versions put into the region's bucket; an acknowledgement of another one is not believed."""
    sealed_for = models.CharField(max_length=43, blank=True)
    """Key id that the desired version was sealed to; empty while it is not published."""
    applied_version = models.PositiveIntegerField(null=True)
    applied_at = models.DateTimeField(null=True)
    """Since when the region has had the applied version, by our clock."""

    objects = tenant_manager(SecretDeliveryQuerySet)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["secret", "recipient"], name="secret_delivery_once"),
        ]
        verbose_name_plural = "secret deliveries"

    def __str__(self) -> str:
        return f"Delivery of version {self.desired_version}"

    @property
    def is_live(self) -> bool:
        return self.applied_version == self.desired_version

    @property
    def since(self) -> datetime:
        """Since when it is as it is."""
        return self.applied_at if self.is_live and self.applied_at else self.desired_at
