"""The second factor: a time-based code (RFC 6238), and recovery codes for the day the device is lost."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

from console.encryption.fields import EncryptedField
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.tenancy import tenant_manager

FREE_ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=5)


class TotpDeviceQuerySet(models.QuerySet["TotpDevice"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def confirmed(self) -> Self:
        return self.exclude(confirmed_at=None)

    def with_id(self, device_id: str) -> "TotpDevice | None":
        return self.select_related("user").filter(pk=device_id).first()

    def pending(self) -> Self:
        return self.filter(confirmed_at=None)

    def claim_attempt(self, device_id: UUID, *, at: datetime) -> bool:
        """Count an attempt before it is judged; False while the device is locked.

        From the fifth in a row on, each locks the device for five minutes. One statement, so that
        parallel guesses are counted one by one.
        """
        free = Q(locked_until=None) | Q(locked_until__lte=at)
        locked = Case(
            When(attempts__gte=FREE_ATTEMPTS - 1, then=Value(at + LOCKED_FOR)),
            default=None,
            output_field=models.DateTimeField(null=True),
        )
        return self.filter(free, pk=device_id).update(attempts=F("attempts") + 1, locked_until=locked) == 1

    def move_counter(self, device_id: UUID, *, counter: int) -> bool:
        """Accept a code's counter if it is later than every accepted one: compare-and-set, so once."""
        later = self.filter(pk=device_id, last_counter__lt=counter)
        return later.update(last_counter=counter, attempts=0, locked_until=None) == 1


class TotpDevice(models.Model):
    """A person's authenticator: at most one confirmed, and one on its way to replace it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="totp_devices")
    secret = EncryptedField()
    """Base32, under the platform's keyring; the pending one too."""
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    last_counter = models.BigIntegerField(default=-1)
    """30-second periods since 1970 of the last accepted code."""
    attempts = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    objects = tenant_manager(TotpDeviceQuerySet)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="totp_one_confirmed"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=True), name="totp_one_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"Authenticator of {self.user_id}"


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def unused(self) -> Self:
        return self.filter(used_at=None)

    def use(self, user_id: UUID, *, digest: str, at: datetime) -> bool:
        """Use up a code: compare-and-set, so once."""
        return self.unused().filter(user_id=user_id, digest=digest).update(used_at=at) == 1


class RecoveryCode(models.Model):
    """Replaces the authenticator once; 80 random bits, of which only the SHA-256 digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(null=True)

    objects = tenant_manager(RecoveryCodeQuerySet)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"Recovery code of {self.user_id}"
