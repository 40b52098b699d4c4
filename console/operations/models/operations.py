"""Work that takes longer than a request: a graph of steps, durable, resumable."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Q
from django.db.models.functions import Extract

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from console.operations.states import OPERATION_ENDED, STEP_ENDED, OperationState, StepState


class OperationQuerySet(TenantQuerySet["Operation"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def going_on(self) -> Self:
        return self.exclude(state__in=OPERATION_ENDED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def on_target(self, target_id: object) -> Self:
        return self.filter(target_id=str(target_id))

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


class Median(models.Aggregate):
    """`percentile_cont(0.5)`, an ordered-set aggregate of core PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.FloatField()


class StepQuerySet(TenantQuerySet["Step"]):
    def in_order(self) -> Self:
        return self.order_by("position")

    def of_operation(self, operation: Operation) -> Self:
        return self.filter(operation=operation)

    def without_facts(self) -> Self:
        """For pages that are read every few seconds: what a step found out may be long."""
        return self.defer("facts")

    def of_operations(self, operations: Sequence[Operation]) -> Self:
        return self.filter(operation__in=operations)

    def not_at_rest(self) -> Self:
        """Steps that are at work or wait for a person, in order."""
        resting = [StepState.PENDING, *STEP_ENDED - {StepState.FAILED}]
        return self.exclude(state__in=resting).order_by("position")

    def counted(self) -> dict[UUID, dict[str, int]]:
        """How many steps are in which state, by operation."""
        found: dict[UUID, dict[str, int]] = {}
        for key, state, many in self.values_list("operation_id", "state").annotate(many=Count("id")):
            found.setdefault(key, {})[state] = many
        return found

    def usual_seconds(self) -> dict[str, float]:
        """Seconds that these steps took when they succeeded: the median, by name."""
        took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=models.DurationField())
        past = self.filter(state=StepState.SUCCEEDED, started_at__isnull=False)
        return dict(past.values_list("name").annotate(usual=Median(Extract(took, "epoch"))))


class Step(OrganizationRow):
    """One idempotent unit of an operation; claimed by lease, written under a fence."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="steps", db_index=False)
    """`step_name_once` begins with it, and each index more is a write more for every attempt."""
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    handler = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    position = models.PositiveIntegerField()
    needs = ArrayField(models.CharField(max_length=120), default=list)
    open_needs = models.PositiveIntegerField(default=0)
    """How many of `needs` are not yet satisfied; 0 makes the step due."""
    state = models.CharField(max_length=20, choices=StepState, default=StepState.PENDING)
    reason = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    who = models.CharField(max_length=16, blank=True)
    fix = models.TextField(blank=True)
    provider = models.JSONField(null=True)
    """The cloud's own words: code, message, status, request_id, call."""
    facts = models.JSONField(default=dict)
    progress = models.PositiveSmallIntegerField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    takeovers = models.PositiveSmallIntegerField(default=0)
    """Workers in a row that ended while they held it."""
    run_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now)

    objects = tenant_manager(StepQuerySet)

    database_grants = {
        "engine": "SELECT, UPDATE (open_needs, state, reason, message, who, fix, provider, facts, progress,"
        " attempt, takeovers, run_at, lease_until, fence, started_at, finished_at, changed_at)"
    }

    class Meta:
        db_table = "operations_step"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="step_state_known"),
            models.UniqueConstraint(fields=["operation", "name"], name="step_name_once"),
        ]
        indexes = [
            models.Index(
                fields=["run_at"],
                condition=Q(state__in=["pending", "waiting", "running"], open_needs=0),
                name="step_due",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        return self.state in STEP_ENDED

    def took_seconds(self, *, at: datetime) -> float | None:
        """Seconds from first start to end, or to `at` while it runs."""
        if self.started_at is None:
            return None
        return ((self.finished_at or at) - self.started_at).total_seconds()


class StepEventQuerySet(TenantQuerySet["StepEvent"]):
    def of_operation(self, operation: Operation) -> Self:
        return self.filter(operation=operation)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class StepEvent(OrganizationRow):
    """A line of an operation's log: history of state, reason and time."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="events", db_index=False)
    """`step_event_newest` begins with it."""
    step_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=now)
    state = models.CharField(max_length=20)
    reason = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    attempt = models.PositiveIntegerField(default=0)

    objects = tenant_manager(StepEventQuerySet)

    database_grants = {"app": "SELECT, INSERT, DELETE", "engine": "SELECT, INSERT"}

    class Meta:
        db_table = "operations_step_event"
        indexes = [models.Index(fields=["operation", "-id"], name="step_event_newest")]

    def __str__(self) -> str:
        return f"{self.step_name} {self.state}"


class WorkerHeartbeat(models.Model):
    """When a worker last looked for due steps; `/readyz` reads it."""

    worker = models.CharField(primary_key=True, max_length=120)
    seen_at = models.DateTimeField()

    database_grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "engine": "SELECT, INSERT, UPDATE, DELETE"}

    class Meta:
        db_table = "operations_worker_heartbeat"

    def __str__(self) -> str:
        return self.worker
