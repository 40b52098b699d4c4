"""The tenant, and who belongs to it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models.second_factors import TotpDevice
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager


class Role(models.TextChoices):
    """What a member may do; the permissions of each are in `accounts.access.grants`."""

    OWNER = "owner"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def of_slug(self, slug: str) -> Self:
        return self.filter(slug=slug)


class Organization(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(OrganizationQuerySet)

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """Two letters for the square before the name."""
        words = self.name.split()
        return (words[0][0] + (words[1][0] if len(words) > 1 else words[0][1:2])).upper()


class MembershipQuerySet(TenantQuerySet["Membership"]):
    def of_email(self, email: str) -> Self:
        return self.filter(user__email__iexact=email)

    def with_user(self) -> Self:
        return self.select_related("user")

    def with_second_factor(self) -> Self:
        """Say of each member whether they have enrolled an authenticator, as `has_second_factor`."""
        devices = TotpDevice.objects.confirmed().filter(user_id=OuterRef("user_id"))
        return self.annotate(has_second_factor=Exists(devices))

    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)


class Membership(OrganizationRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(MembershipQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class EngagementQuerySet(TenantQuerySet["Engagement"]):
    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def with_user(self) -> Self:
        return self.select_related("user")

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def in_force(self, at: datetime) -> Self:
        return self.filter(starts_at__lte=at, ends_at__gt=at, revoked_at=None)


class Engagement(OrganizationRow):
    """An owner's time-bounded grant that lets one of the vendor's staff see the organization."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="engagements")
    reason = models.CharField(max_length=300)
    granted_by = models.CharField(max_length=200)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = tenant_manager(EngagementQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="engagement_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"Engagement of {self.user}"

    @property
    def id_text(self) -> str:
        return str(self.id)


class ApiTokenQuerySet(TenantQuerySet["ApiToken"]):
    def of_digest(self, digest: str) -> Self:
        return self.filter(digest=digest)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def in_force(self, at: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class ApiToken(OrganizationRow):
    """A machine's bearer token, bound to the organization; only its SHA-256 digest is kept."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    """First characters, so that people can tell tokens apart."""
    role = models.CharField(max_length=16, choices=Role, default=Role.OPERATOR)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = tenant_manager(ApiTokenQuerySet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org_id", "name"], name="api_token_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def id_text(self) -> str:
        return str(self.id)

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now() else "active"
