"""Answers to calls that carried an `Idempotency-Key`, kept so that a repeated call is not done again."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from console.kernel.clock import now
from console.kernel.scope import Scope
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager

KEPT_FOR = timedelta(hours=24)


class IdempotencyKeyQuerySet(TenantQuerySet["IdempotencyKey"]):
    def of(self, scope: Scope, key: str) -> Self:
        return self.visible_to(scope).filter(actor_id=scope.actor.id, key=key)

    def stale(self, at: datetime) -> Self:
        return self.filter(created_at__lt=at - KEPT_FOR)


class IdempotencyKey(OrganizationRow):
    """`fingerprint` is SHA-256 of method, path, query and body, in hexadecimal.

    `withheld` marks an answer that held a secret: its body is not kept.
    """

    actor_id = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    location = models.CharField(max_length=500, blank=True)
    withheld = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = tenant_manager(IdempotencyKeyQuerySet)

    database_grants = {"app": "SELECT, INSERT, DELETE"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "actor_id", "key"], name="web_idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["org_id", "created_at"], name="web_idempotency_by_age")]

    def __str__(self) -> str:
        return self.key
