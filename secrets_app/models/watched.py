"""Certificates that strangers issue for our public APIs, as they are seen from outside."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.scope import Scope
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from secrets_app.models.recipients import Recipient

PLATFORM = UUID(int=0)
"""In place of an organization: the Management API, which is everybody's."""


class PublicApi(models.TextChoices):
    MANAGEMENT = "management", "Management API"
    EXECUTION = "execution", "Execution API"


class WatchState(models.TextChoices):
    UNKNOWN = "unknown", "Not looked at yet"
    AS_EXPECTED = "as_expected", "As expected"
    EXPIRING = "expiring", "Ends soon"
    EXPIRED = "expired", "Has ended"
    NOT_YET_VALID = "not_yet_valid", "Not valid yet"
    WRONG_NAME = "wrong_name", "Wrong name"
    INCOMPLETE = "incomplete", "Chain incomplete"
    UNTRUSTED = "untrusted", "Not trusted"
    UNREACHABLE = "unreachable", "Unreachable"


WORST_FIRST = (
    WatchState.EXPIRED,
    WatchState.WRONG_NAME,
    WatchState.UNTRUSTED,
    WatchState.NOT_YET_VALID,
    WatchState.UNREACHABLE,
    WatchState.INCOMPLETE,
    WatchState.EXPIRING,
    WatchState.UNKNOWN,
    WatchState.AS_EXPECTED,
)


LOOKS = {
    WatchState.UNKNOWN: "unknown",
    WatchState.AS_EXPECTED: "pass",
    WatchState.EXPIRING: "warning",
    WatchState.INCOMPLETE: "warning",
    WatchState.UNREACHABLE: "unreachable",
}
LOOKS |= {state: "failed" for state in WatchState if state not in LOOKS}


class WatchedQuerySet(TenantQuerySet["WatchedCertificate"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(org_id__in=(scope.org_id, PLATFORM))

    def of(self, org_id: UUID) -> Self:
        return self.filter(org_id=org_id)

    def in_trouble(self) -> Self:
        return self.exclude(state__in=(WatchState.UNKNOWN, WatchState.AS_EXPECTED))

    def with_region(self) -> Self:
        return self.select_related("recipient")

    def worst_first(self) -> Self:
        rank = models.Case(*(models.When(state=state, then=at) for at, state in enumerate(WORST_FIRST)))
        return self.order_by(rank, "not_after", "host", "id")


class WatchedCertificate(OrganizationRow):
    """One address, and what it showed when it was looked at last. Rows of the platform are read by everybody."""

    api = models.CharField(max_length=10, choices=PublicApi)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=443)
    recipient = models.ForeignKey(Recipient, null=True, on_delete=models.CASCADE, related_name="watched")
    """The region whose API it is."""
    state = models.CharField(max_length=13, choices=WatchState, default=WatchState.UNKNOWN)
    since = models.DateTimeField(default=now)
    """Since when it is in this state."""
    finding = models.TextField(blank=True)
    """What is wrong, for people; empty when nothing is."""
    issuer = models.CharField(max_length=200, blank=True)
    names = ArrayField(models.CharField(max_length=253), default=list)
    chain = ArrayField(models.CharField(max_length=200), default=list)
    """Who each certificate is for, as the server sent them, its own first."""
    serial = models.CharField(max_length=40, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    protocol = models.CharField(max_length=10, blank=True)
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)

    objects = tenant_manager(WatchedQuerySet)

    database_grants: ClassVar = {
        "app": "SELECT, UPDATE",
        "engine": "SELECT (id, org_id, host, port, look_at), INSERT, DELETE, UPDATE (look_at)",
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org_id", "host", "port"], name="watched_address_once"),
            models.CheckConstraint(condition=Q(api__in=PublicApi.values), name="watched_api_known"),
            models.CheckConstraint(condition=Q(state__in=WatchState.values), name="watched_state_known"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="watched_port_is_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["look_at"], name="watched_due")]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return self.host if self.port == 443 else f"{self.host}:{self.port}"

    @property
    def is_of_platform(self) -> bool:
        return self.org_id == PLATFORM

    @property
    def look(self) -> str:
        """The state of the kit that looks like this one."""
        return LOOKS[WatchState(self.state)]

    @property
    def matches(self) -> bool:
        return self.state not in {WatchState.WRONG_NAME, WatchState.UNKNOWN}

    def left(self, at: datetime) -> timedelta | None:
        """Time until it ends; None where no certificate was seen."""
        return self.not_after - at if self.not_after else None
