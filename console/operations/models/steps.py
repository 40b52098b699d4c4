"""The steps of an operation, and what is remembered of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Q
from django.db.models.functions import Extract

from console.kernel.clock import now
from console.kernel.tenancy import OrganizationRow, TenantQuerySet, tenant_manager
from console.operations.models.operations import Operation
from console.operations.states import STEP_ENDED, StepState

TAKEN_UP = [StepState.PENDING, StepState.WAITING, StepState.RUNNING, StepState.AWAITING_APPROVAL]
"""States that a time ends: the step is due, its lease is over, or its approval has expired."""
OF_THE_ENGINE = (
    "handler", "takeovers", "lane", "paused", "patience_from", "lease_until", "fence", "decision",
)  # fmt: skip
"""Columns by which steps are taken up, which no page of many steps shows."""
ENOUGH_RUNS = 3
"""Earlier runs without which nothing is usual enough to call a step late."""

TOOK = Extract(ExpressionWrapper(F("finished_at") - F("started_at"), output_field=models.DurationField()), "epoch")


class Percentile(models.Aggregate):
    """`percentile_cont(share)`, an ordered-set aggregate of core PostgreSQL; `share` is within 0 and 1."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.FloatField()

    def __init__(self, expression: Any, *, share: float) -> None:
        super().__init__(expression, share=share)


class StepQuerySet(TenantQuerySet["Step"]):
    def in_order(self) -> Self:
        return self.order_by("position")

    def of_operation(self, operation: Operation) -> Self:
        return self.filter(operation=operation)

    def without_facts(self) -> Self:
        """For pages that are read every few seconds: what a step found out may be long."""
        return self.defer("facts", *OF_THE_ENGINE)

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
        return dict(self._timed().annotate(usual=Percentile(TOOK, share=0.5)))

    def most_seconds(self) -> dict[str, float]:
        """Seconds within which nine in ten of them succeeded, by name; none where there were too few."""
        often = self._timed().annotate(runs=Count("id"), most=Percentile(TOOK, share=0.9))
        return {name: most for name, runs, most in often if runs >= ENOUGH_RUNS}

    def _timed(self) -> "models.QuerySet[Step, Any]":
        return self.filter(state=StepState.SUCCEEDED, started_at__isnull=False).values_list("name")


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
    skippable = models.BooleanField(default=False, db_default=False)
    approval = models.JSONField(null=True)
    """What a person approves before it runs: question, expires_after (seconds), permission."""
    decision = models.JSONField(null=True)
    """What the person said: verdict, by, by_id, note, at."""
    lane = models.CharField(max_length=80, blank=True, db_collation="C", db_default="")
    """Steps of one lane and organization run a limited number at once."""
    paused = models.BooleanField(default=False, db_default=False)
    """Not taken up while its operation is paused."""
    usual_seconds = models.FloatField(null=True)
    """What nine in ten earlier runs of it took at most, when the operation was planned."""
    patience_from = models.DateTimeField(null=True)
    """From when its lateness counts: its first attempt, or the last time a person took it up again; pauses are
    left out."""
    run_at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now)

    objects = tenant_manager(StepQuerySet)

    database_grants = {
        "engine": "SELECT, UPDATE (open_needs, state, reason, message, who, fix, provider, facts, progress,"
        " attempt, takeovers, run_at, lease_until, fence, started_at, finished_at, changed_at, patience_from)"
    }

    class Meta:
        db_table = "operations_step"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="step_state_known"),
            models.UniqueConstraint(fields=["operation", "name"], name="step_name_once"),
        ]
        indexes = [
            models.Index(
                fields=["org_id", "lane", "run_at"],
                condition=Q(state__in=TAKEN_UP, open_needs=0, paused=False),
                name="step_due",
            ),
            models.Index(fields=["org_id", "lane"], condition=Q(state=StepState.RUNNING), name="step_held"),
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

    def of_step(self, name: str) -> Self:
        """The history of one step; of the operation itself if the name is empty."""
        return self.filter(step_name=name)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def oldest_first(self) -> Self:
        return self.order_by("id")


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
