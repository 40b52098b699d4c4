"""Verifications of an organization's chain that were asked for, and what each found."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

GIVEN_UP = timedelta(hours=6)


class AuditVerificationQuerySet(TenantQuerySet["AuditVerification"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def ended(self) -> Self:
        return self.exclude(ended_at=None)

    def going_on(self, at: datetime) -> Self:
        return self.filter(ended_at=None, started_at__gt=at - GIVEN_UP)


class AuditVerification(OrganizationRow):
    """`findings` is a list of `{seq, event_id, kind, sentence}`; `more` counts those that are not named."""

    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=200)
    operation_id = models.UUIDField(null=True)
    """Of a chain too long to be verified while the person waits."""
    checked = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    purged = models.BigIntegerField(default=0)
    checkpoints = models.IntegerField(default=0)
    signed_through = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)
    more = models.BigIntegerField(default=0)

    objects = tenant_manager(AuditVerificationQuerySet)

    class Meta:
        db_table = "audit_verification"
        indexes = [models.Index(fields=["org_id", "-id"], name="audit_verification_newest")]

    def __str__(self) -> str:
        return "the audit trail"

    @property
    def ok(self) -> bool | None:
        """None while it goes on."""
        return None if self.ended_at is None else not self.findings

    @property
    def number(self) -> int:
        """How many places were found."""
        return len(self.findings) + self.more
