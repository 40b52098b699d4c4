"""What happened, who, when, from where."""

from typing import Self

from django.db import models

from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.tenancy import TenantQuerySet, tenant_manager


class AuditEventQuerySet(TenantQuerySet["AuditEvent"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def about(self, target_type: str, target_id: str) -> Self:
        return self.filter(target_type=target_type, target_id=target_id)

    def of_noun(self, noun: str) -> Self:
        """Events `<noun>:<verb>`; an empty noun means all."""
        return self.filter(event__startswith=f"{noun}:") if noun else self

    def not_succeeded(self) -> Self:
        """What was refused, or failed."""
        return self.exclude(outcome=Outcome.SUCCEEDED)


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


class Source(models.TextChoices):
    """The door through which the act came."""

    WEB = "web"
    API = "api"
    WORKER = "worker"
    CONSOLE = "console"


class AuditEvent(models.Model):
    """One sentence of the trail. No foreign keys: it outlives what it tells of.

    `org_id` is empty for events of the platform, such as a failed sign-in. The table is partitioned by month;
    PostgreSQL writes `canonical` and `salt` when a row is inserted, and the link in the chain at commit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    org_id = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField(default=now, editable=False)
    event = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.SUCCEEDED)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200)
    target_type = models.CharField(max_length=64, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_label = models.CharField(max_length=200, blank=True)
    project_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    """Field to `[before, after]`; never a secret's value."""
    facts = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    operation_id = models.UUIDField(null=True)
    source_ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    session_id = models.CharField(max_length=64, blank=True)
    """A fingerprint of the session, never its key."""
    authentication = models.CharField(max_length=40, blank=True)
    engagement_id = models.UUIDField(null=True)
    source = models.CharField(max_length=16, choices=Source, default=Source.CONSOLE)
    canonical = models.TextField(editable=False, default="")
    """The whole event as JSON: what the chain's digest covers, byte for byte."""
    salt = models.BinaryField(max_length=32, default=b"")

    objects = tenant_manager(AuditEventQuerySet)

    database_grants = {"app": "SELECT, INSERT", "engine": "INSERT"}

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["org_id", "-id"], name="audit_event_newest"),
            models.Index(fields=["org_id", "target_type", "target_id", "-id"], name="audit_event_target"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.event} {self.target_label}"
