"""What waits for a person in an organization: what is broken now, since when, who acts; the worst first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.dashboard.readings.stuck import Stuck, alike, who_acts
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.states import StepState
from console.web.components.identifiers import brief
from console.web.components.numbers import moment
from regions.models import Connection, Onboarding, Region
from regions.states import ConnectionState, Health, RegionState
from secrets_app.readings.certificate_attention import Late, Unconfirmed, late_renewals, unconfirmed

SHOWN = 12


class Rank(IntEnum):
    """What comes first."""

    BROKEN = 0
    UNHEALTHY = 1
    REFUSED = 2
    APPROVAL = 3
    BEGUN = 4


@dataclass(frozen=True, slots=True)
class Attention:
    rank: Rank
    state: str
    title: str
    text: str
    who: str
    happened: str
    """A verb for `at`: "blocked", "requested"."""
    at: datetime
    href: str
    action: str

    @property
    def since(self) -> SafeString:
        return format_html("{} {}", self.happened, moment(at=self.at))


def read(*, scope: Scope, slug: str, operations: Sequence[Operation], steps: Sequence[Step]) -> list[Attention]:
    """`steps` are those of `operations` that do not simply go on."""
    found = [
        *_stuck(operations, steps, slug),
        *_regions(Region.objects.visible_to(scope).needing_somebody()[:SHOWN], slug),
        *_connections(Connection.objects.visible_to(scope).not_verified()[:SHOWN], slug),
        *_onboardings(Onboarding.objects.visible_to(scope).without_region()[:SHOWN], slug),
        *_late(late_renewals(scope=scope)[:SHOWN], slug),
        *_unconfirmed(unconfirmed(scope=scope)[:SHOWN], slug),
    ]
    return sorted(found, key=lambda each: (each.rank, each.at))


def _stuck(operations: Sequence[Operation], steps: Sequence[Step], slug: str) -> Iterator[Attention]:
    by_operation: dict[UUID, list[Step]] = {}
    for step in steps:
        by_operation.setdefault(step.operation_id, []).append(step)
    for operation in operations:
        mine = by_operation.get(operation.id, [])
        href = reverse("operation", kwargs={"org": slug, "operation_id": operation.id})
        for block in alike(mine):
            yield _block(operation, block, href)
        for step in mine:
            if step.state == StepState.AWAITING_APPROVAL:
                yield _approval(operation, step, href)


def _block(operation: Operation, block: Stuck, href: str) -> Attention:
    step = block.step
    failed = step.state == StepState.FAILED
    more = f" and {len(block.steps) - 1} more" if block.many else ""
    code = (step.provider or {}).get("code", "")
    return Attention(
        rank=Rank.BROKEN,
        state=step.state,
        title=f"{operation.title} {'failed at' if failed else 'is blocked by'} {step.title}{more}",
        text=f"{brief(step.message)}{f' The cloud says {code}.' if code else ''}",
        who=block.who.capitalize(),
        happened="failed" if failed else "blocked",
        at=min(each.changed_at for each in block.steps),
        href=href,
        action="Open step",
    )


def _approval(operation: Operation, step: Step, href: str) -> Attention:
    return Attention(
        rank=Rank.APPROVAL,
        state=step.state,
        title=f"{operation.title} waits for approval: {step.title}",
        text=step.message,
        who=who_acts(step).capitalize(),
        happened="waiting",
        at=step.changed_at,
        href=href,
        action="Review",
    )


class Words(NamedTuple):
    rank: Rank
    look: str
    title: str
    text: str
    action: str = "Open region"


REGION_WORDS: Mapping[str, Words] = {
    RegionState.FAILED: Words(Rank.BROKEN, "failed", "failed", "What exists in the cloud goes on costing."),
    RegionState.PLANNED: Words(
        Rank.APPROVAL, "awaiting_approval", "waits for approval", "Nothing has been created yet.", "Review"
    ),
    Health.UNHEALTHY: Words(
        Rank.UNHEALTHY, "unhealthy", "is unhealthy", "A resource that it stands on is not there."
    ),
    Health.UNREACHABLE: Words(
        Rank.UNHEALTHY, "unreachable", "is unreachable", "Apps keep running; the console cannot look."
    ),
    Health.DEGRADED: Words(
        Rank.UNHEALTHY, "degraded", "is degraded", "A resource differs from its plan or is not ready."
    ),
}
"""By state, and by health of an active region."""


def _regions(regions: Iterable[Region], slug: str) -> Iterator[Attention]:
    for region in regions:
        words = REGION_WORDS[region.state if region.state in REGION_WORDS else region.health]
        planned = region.state == RegionState.PLANNED
        yield Attention(
            rank=words.rank,
            state=words.look,
            title=f"{region.name} {words.title}",
            text=f"Requested by {region.requested_by}. {words.text}" if planned else words.text,
            who="You",
            happened="requested" if planned else "since",
            at=region.created_at if planned else region.active_at or region.created_at,
            href=reverse("region", kwargs={"org": slug, "region_id": region.id}),
            action=words.action,
        )


def _connections(connections: Iterable[Connection], slug: str) -> Iterator[Attention]:
    for connection in connections:
        refused = connection.state == ConnectionState.REFUSED
        yield Attention(
            rank=Rank.REFUSED if refused else Rank.BEGUN,
            state="failed" if refused else "pending",
            title=f"Connection {connection.name} is {'refused' if refused else 'not verified yet'}",
            text=connection.message or f"Create the role in account {connection.account_id}, then verify it.",
            who="Your cloud team",
            happened="drafted",
            at=connection.created_at,
            href=reverse("connection", kwargs={"org": slug, "connection_id": connection.id}),
            action="Show fix" if refused else "Connect",
        )


def _onboardings(onboardings: Iterable[Onboarding], slug: str) -> Iterator[Attention]:
    for onboarding in onboardings:
        signed = onboarding.state == "signed"
        yield Attention(
            rank=Rank.APPROVAL if signed else Rank.BEGUN,
            state="awaiting_approval" if signed else "pending",
            title=f"Onboarding {onboarding.name} is {'signed' if signed else 'not finished'}",
            text="Both sides signed the plan; its region can be requested."
            if signed
            else "Answers or signatures are open.",
            who="You",
            happened="started",
            at=onboarding.created_at,
            href=reverse("onboarding-detail", kwargs={"org": slug, "onboarding_id": onboarding.id}),
            action="Continue",
        )


def _late(found: Iterable[Late], slug: str) -> Iterator[Attention]:
    """Certificates that should have been renewed: by their region, or by a person for a root."""
    for late in found:
        yield Attention(
            rank=Rank.UNHEALTHY,
            state="degraded",
            title=late.title,
            text=late.text,
            who=late.who,
            happened="due",
            at=late.since,
            href=f"{reverse('certificate-list', kwargs={'org': slug})}?{late.query}",
            action="Open certificates",
        )


def _unconfirmed(found: Iterable[Unconfirmed], slug: str) -> Iterator[Attention]:
    for region in found:
        yield Attention(
            rank=Rank.UNHEALTHY,
            state="unreachable",
            title=f"{region.name} has not confirmed bundle {region.bundle} of {region.plane}",
            text="It holds what waits for every region, a rotation of the root for instance. Apps keep running.",
            who="Your cloud team",
            happened="published",
            at=region.since,
            href=reverse("plane", kwargs={"org": slug, "plane": region.plane}),
            action="Open plane",
        )
