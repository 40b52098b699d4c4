"""Work that takes longer than a request: a graph of steps, durable, resumable."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from console.operations.states import OPERATION_ENDED, Cancelling, OperationState

PAST_RUNS = 20
"""How many earlier operations of the same kind say what is usual."""


class OperationQuerySet(TenantQuerySet["Operation"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def going_on(self) -> Self:
        return self.exclude(state__in=OPERATION_ENDED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def on_target(self, target_id: object) -> Self:
        return self.filter(target_id=str(target_id))

    def lately_succeeded(self, kind: str) -> Self:
        """Operations of a kind that went well, the newest first: what is usual is read from them."""
        return self.filter(kind=kind, state=OperationState.SUCCEEDED).order_by("-id")[:PAST_RUNS]

    def succeeded_before(self, operation: "Operation") -> Self:
        """Earlier operations of the same kind that went well, the newest first."""
        earlier = self.filter(kind=operation.kind, state=OperationState.SUCCEEDED, id__lt=operation.id)
        return earlier.order_by("-id")


class Operation(OrganizationRow):
    kind = models.CharField(max_length=40)
    """`provision`, `deprovision`, `verify-connection`."""
    title = models.CharField(max_length=200)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target_label = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=OperationState, default=OperationState.PENDING)
    reason = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    requested_by_kind = models.CharField(max_length=16)
    requested_by_id = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=200)
    request_id = models.CharField(max_length=64, blank=True)
    context = models.JSONField(default=dict)
    """What every step of this operation reads; never a secret."""
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now)
    paused_at = models.DateTimeField(null=True)
    """Since when none of its steps is taken up."""
    cancelling = models.CharField(max_length=10, choices=Cancelling, blank=True, db_default="")
    """How it is being cancelled, or was; empty while nobody has asked for it."""
    announced_at = models.DateTimeField(null=True)
    """When what follows an end (`lifecycle.py`) had been done."""

    objects = tenant_manager(OperationQuerySet)

    database_grants = {
        "engine": "SELECT, UPDATE (state, reason, message, started_at, finished_at, changed_at, announced_at)"
    }

    class Meta:
        db_table = "operations_operation"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OperationState.values), name="operation_state_known"),
            models.UniqueConstraint(
                fields=["org_id", "target_type", "target_id"],
                condition=~Q(state__in=sorted(OPERATION_ENDED)),
                name="operation_one_going_on_per_target",
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "-id"], name="operation_newest"),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False, announced_at__isnull=True),
                name="operation_unannounced",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        return self.state in OPERATION_ENDED

    @property
    def took(self) -> timedelta | None:
        """From the first step's start to the end; None while it goes on."""
        if self.finished_at is None:
            return None
        return self.finished_at - (self.started_at or self.created_at)


class WorkerHeartbeat(models.Model):
    """When a worker last looked for due steps; `/readyz` reads it."""

    worker = models.CharField(primary_key=True, max_length=120)
    seen_at = models.DateTimeField()

    database_grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "engine": "SELECT, INSERT, UPDATE, DELETE"}

    class Meta:
        db_table = "operations_worker_heartbeat"

    def __str__(self) -> str:
        return self.worker
