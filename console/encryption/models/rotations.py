"""Rotations of keyrings: how far each is, and what an organization has settled for its keys."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

HOLD_DAYS = 30
SLOW_ROWS_A_SECOND = 1_000


class Cause(models.TextChoices):
    SCHEDULE = "schedule", "by schedule"
    PERSON = "person", "by hand"
    COMPROMISED = "compromised", "because the key was compromised"


class KeyPolicyQuerySet(TenantQuerySet["KeyPolicy"]):
    def due(self, at: datetime) -> Self:
        return self.filter(next_rotation_at__lte=at)


class KeyPolicy(OrganizationRow):
    """What one organization (the nil UUID: the platform) has settled for its keys; one row each."""

    rotate_days = models.PositiveSmallIntegerField(null=True)
    """Days from one rotation to the next; empty: by hand alone."""
    next_rotation_at = models.DateTimeField(null=True)
    hold_days = models.PositiveSmallIntegerField(default=HOLD_DAYS)
    """How long a disabled version is kept before it is destroyed."""
    rows_a_second = models.PositiveIntegerField(null=True)
    """At most so many data keys are re-wrapped in a second; empty: full speed, 0: paused."""

    objects = tenant_manager(KeyPolicyQuerySet)

    database_grants: ClassVar = {"engine": "SELECT"}

    class Meta:
        db_table = "encryption_key_policy"
        verbose_name = "keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org_id"], name="key_policy_once"),
            models.CheckConstraint(condition=Q(rotate_days=None) | Q(rotate_days__gte=1), name="key_policy_days"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_rotation_at"], condition=Q(next_rotation_at__isnull=False), name="key_policy_due"
            )
        ]

    def __str__(self) -> str:
        return "the organization's keys"

    @property
    def hold(self) -> timedelta:
        return timedelta(days=self.hold_days)


class RotationQuerySet(TenantQuerySet["Rotation"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def of_operation(self, operation_id: UUID) -> Self:
        return self.filter(operation_id=operation_id)

    def of_keyring(self, name: str) -> Self:
        return self.filter(keyring=name)

    def finished(self) -> Self:
        return self.exclude(finished_at=None)

    def going_on(self) -> Self:
        return self.filter(finished_at=None)

    def with_ranges(self) -> Self:
        return self.prefetch_related("ranges")


class Rotation(OrganizationRow):
    """One keyring's way from its earlier versions to a new one."""

    keyring = models.CharField(max_length=120)
    to_version = models.PositiveIntegerField()
    cause = models.CharField(max_length=12, choices=Cause)
    operation_id = models.UUIDField()
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    """When no data key was left on an earlier version, and these were disabled."""
    deks = models.PositiveBigIntegerField(null=True)
    """How many data keys the verification counted."""

    objects = tenant_manager(RotationQuerySet)

    class Meta:
        db_table = "encryption_rotation"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation_id", "keyring"], name="rotation_keyring_once"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="rotation_cause_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["org_id", "-id"], name="rotation_newest")]

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None

    def __str__(self) -> str:
        return f"Rotation to version {self.to_version}"


class WorkRange(OrganizationRow):
    """A part of a rotation that one process works on at a time; its cursor moves in the batch's transaction.

    `field` is empty for re-wrapping, where the range is one of data keys; else it names the encrypted column
    whose rows get fresh data keys.
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="ranges")
    name = models.CharField(max_length=120)
    field = models.CharField(max_length=120, blank=True)
    first = models.UUIDField()
    last = models.UUIDField()
    cursor = models.UUIDField(null=True)
    """The last id that is done."""
    total = models.PositiveBigIntegerField(default=0)
    """How many there were to do when it began."""
    done = models.PositiveBigIntegerField(default=0)
    unopened = models.PositiveBigIntegerField(default=0)
    """How many did not open and were left as they are."""
    started_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    database_grants: ClassVar = {
        "engine": "SELECT, UPDATE (cursor, done, unopened, started_at, changed_at, finished_at)"
    }

    class Meta:
        db_table = "encryption_work_range"
        constraints: ClassVar = [models.UniqueConstraint(fields=["rotation", "name"], name="work_range_once")]

    def __str__(self) -> str:
        return self.name
