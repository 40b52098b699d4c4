"""Asking a person into an organization."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.organizations import Role
from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)

    def unanswered(self) -> Self:
        return self.filter(accepted_at=None, revoked_at=None)

    def of_email(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def of_digest(self, digest: str) -> Self:
        return self.filter(digest=digest)

    def claim(self, invitation_id: UUID, *, at: datetime) -> bool:
        """Accept the invitation: compare-and-set, so once."""
        return self.open(at).filter(pk=invitation_id).update(accepted_at=at) == 1


class Invitation(OrganizationRow):
    """A link for one address; only the SHA-256 digest of its token is kept, and the address must match."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=16, choices=Role)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = tenant_manager(InvitationQuerySet)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "org_id",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return self.email
