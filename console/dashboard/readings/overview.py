"""What an organization's first page shows: what needs a person, most urgent first; then regions and work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from console.dashboard.readings.operations import WHO_ACTS
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.outcomes import Who
from console.operations.states import STEP_SATISFIED, StepState
from regions.models import Connection, Onboarding, Region
from regions.states import ConnectionState, RegionState

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Attention:
    state: str
    title: str
    text: str
    who: str
    since: datetime
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class Work:
    """An operation that goes on, with how far it is."""

    operation: Operation
    done: int
    total: int
    line: str


@dataclass(frozen=True, slots=True)
class Overview:
    attention: Sequence[Attention]
    regions: Sequence[Region]
    work: Sequence[Work]
    accounts: int
    onboardings: Sequence[Onboarding]
    progress: dict[str, Work] = field(default_factory=dict)
    """Work on a region, by the region's id."""


def read(*, scope: Scope, slug: str) -> Overview:
    regions = list(Region.objects.visible_to(scope).newest_first().with_connection()[:SHOWN])
    connections = list(Connection.objects.visible_to(scope).newest_first()[:SHOWN])
    onboardings = list(Onboarding.objects.visible_to(scope).newest_first()[:SHOWN])
    operations = list(Operation.objects.visible_to(scope).going_on().newest_first()[:SHOWN])
    steps = list(Step.objects.visible_to(scope).of_operations(operations).in_order())
    work = [
        _work(operation, [step for step in steps if step.operation_id == operation.id]) for operation in operations
    ]
    attention = [
        *_stuck(operations, steps, slug),
        *_connections(connections, slug),
        *_regions(regions, slug),
        *_onboardings(onboardings, {str(region.id) for region in regions}, slug),
    ]
    return Overview(
        attention=attention,
        regions=regions,
        work=work,
        accounts=len({connection.account_id for connection in connections}),
        onboardings=onboardings,
        progress={each.operation.target_id: each for each in work},
    )


def _work(operation: Operation, steps: Sequence[Step]) -> Work:
    done = sum(step.state in STEP_SATISFIED for step in steps)
    now = next((step.title for step in steps if step.state in {StepState.RUNNING, StepState.WAITING}), "")
    return Work(operation, done, len(steps), f"step {done} of {len(steps)}{f' · {now}' if now else ''}")


def _stuck(operations: Sequence[Operation], steps: Sequence[Step], slug: str) -> Iterator[Attention]:
    titles = {operation.id: operation for operation in operations}
    for step in steps:
        if step.state in {StepState.BLOCKED, StepState.FAILED, StepState.AWAITING_APPROVAL}:
            operation = titles[step.operation_id]
            yield Attention(
                state=step.state,
                title=f"{operation.title} is held up by {step.title}",
                text=step.message,
                who=WHO_ACTS[Who(step.who or Who.YOU)][0].capitalize(),
                since=step.changed_at,
                href=reverse("operation", kwargs={"org": slug, "operation_id": operation.id}),
                action="Open step",
            )


def _connections(connections: Sequence[Connection], slug: str) -> Iterator[Attention]:
    for connection in connections:
        if connection.state in {ConnectionState.REFUSED, ConnectionState.DRAFT}:
            refused = connection.state == ConnectionState.REFUSED
            yield Attention(
                state="failed" if refused else "blocked",
                title=f"Connection {connection.name} is {'refused' if refused else 'not verified yet'}",
                text=connection.message or f"Create the role in account {connection.account_id}, then verify it.",
                who="Your cloud team",
                since=connection.created_at,
                href=reverse("connection", kwargs={"org": slug, "connection_id": connection.id}),
                action="Show fix" if refused else "Connect",
            )


def _regions(regions: Sequence[Region], slug: str) -> Iterator[Attention]:
    for region in regions:
        if region.state in {RegionState.PLANNED, RegionState.FAILED}:
            failed = region.state == RegionState.FAILED
            yield Attention(
                state="failed" if failed else "awaiting_approval",
                title=f"{region.name} {'failed' if failed else 'waits for approval'}",
                text="What exists in the cloud goes on costing."
                if failed
                else f"Requested by {region.requested_by}.",
                who="You",
                since=region.created_at,
                href=reverse("region", kwargs={"org": slug, "region_id": region.id}),
                action="Open region" if failed else "Review",
            )


def _onboardings(onboardings: Sequence[Onboarding], regions: set[str], slug: str) -> Iterator[Attention]:
    for onboarding in onboardings:
        if str(onboarding.region_id) in regions:
            continue
        signed = onboarding.state == "signed"
        yield Attention(
            state="awaiting_approval" if signed else "waiting",
            title=f"Onboarding {onboarding.name} is {'signed' if signed else 'not finished'}",
            text="The plan is signed; the region can be requested."
            if signed
            else "Answers and signatures are open.",
            who="You",
            since=onboarding.created_at,
            href=reverse("onboarding-detail", kwargs={"org": slug, "onboarding_id": onboarding.id}),
            action="Continue",
        )
