"""What the filters of the trail offer, and which of them are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import ApiToken, Engagement, Membership
from console.audit.models import AuditEvent
from console.dashboard.readings.audit_filters import TIMES, TrailFilter
from console.dashboard.readings.audit_periods import BY_KEY, PERIODS
from console.kernel.ids import first_id
from console.kernel.scope import ActorKind, Scope

NOUNS = (
    "region", "operation", "connection", "onboarding", "plan", "project", "secret", "key", "certificate", "plane",
    "member", "invitation", "engagement", "token", "authenticator", "permission", "organization",
    "trail", "retention",
)  # fmt: skip
OFFERED = 40
"""People and tokens in the menu; others are found by their name."""
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    query: str
    here: bool = False
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    period: str
    periods: Sequence[Choice]
    who: Sequence[Choice]
    nouns: Sequence[Choice]
    on: Sequence[Choice]
    """Filters in force, each with the address without it."""
    refused: Choice | None
    failed: Choice | None
    staff: Choice | None
    by_staff: str
    kept: Sequence[tuple[str, str]]
    """Parameters that the search field must carry along."""
    timeless: Sequence[tuple[str, str]]
    """Parameters that the choice of a time must carry along."""
    since: str
    until: str


def choices(*, scope: Scope, trail: TrailFilter, labels: Sequence[AuditEvent]) -> Choices:
    """`labels` are events on the page, from which ids in the address get their names."""
    given = trail.given
    return Choices(
        period=BY_KEY[trail.period].label if trail.period else "Chosen time",
        periods=[
            Choice(each.label, trail.query(period=each.key, since="", until=""), each.key == trail.period)
            for each in PERIODS
        ],
        who=_who(scope, trail) if "actor" not in given else [],
        nouns=[Choice(noun.capitalize(), trail.query(event=noun)) for noun in NOUNS]
        if "event" not in given
        else [],
        on=on(trail, labels),
        refused=Choice("Refused", trail.query(outcome="refused")) if "outcome" not in given else None,
        failed=Choice("Failed", trail.query(outcome="failed")) if "outcome" not in given else None,
        staff=Choice("By the vendor", trail.query(actor_kind="staff")) if "actor_kind" not in given else None,
        by_staff=_by_staff(scope, trail) if trail.is_plain else "",
        kept=[(name, value) for name, value in given.items() if name != "q"],
        timeless=[(name, value) for name, value in given.items() if name not in TIMES],
        since=_field(trail.since),
        until=_field(trail.until),
    )


def _field(moment: datetime | None) -> str:
    """As a field of type `datetime-local` holds it."""
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def _by_staff(scope: Scope, trail: TrailFilter) -> str:
    """How many events of the span are by the vendor's staff, up to a thousand."""
    rows = AuditEvent.objects.visible_to(scope).filter(actor_kind=ActorKind.STAFF)
    if trail.since:
        rows = rows.filter(id__gte=first_id(trail.since))
    if trail.until:
        rows = rows.filter(id__lt=first_id(trail.until))
    many = len(rows.values_list("pk")[:COUNTED])
    return f"{many}+" if many >= COUNTED else str(many)


def _who(scope: Scope, trail: TrailFilter) -> list[Choice]:
    members = Membership.objects.visible_to(scope).with_user().order_by("user__name", "id")[:OFFERED]
    staff = Engagement.objects.visible_to(scope).with_user().newest_first()[:OFFERED]
    tokens = ApiToken.objects.visible_to(scope).newest_first()[:OFFERED]
    people = {str(row.user_id): (str(row.user), "vendor") for row in staff}
    people |= {str(row.user_id): (str(row.user), "member") for row in members}
    people |= {str(row.pk): (f"Token {row.name}", "machine") for row in tokens}
    offered = [Choice(label, trail.query(actor=key), sub=sub) for key, (label, sub) in people.items()]
    console = Choice("The console itself", trail.query(actor_kind=ActorKind.SYSTEM.value), sub="system")
    return [*offered, console]


def on(trail: TrailFilter, events: Sequence[AuditEvent] = ()) -> list[Choice]:
    """The filters in force; names of people and things are those of the first event."""
    given = trail.given
    event = events[0] if events else None
    names = {
        "actor": f"Who: {event.actor_label if event else given.get('actor', '')}",
        "actor_kind": f"By: {_KIND.get(given.get('actor_kind', ''), '')}",
        "event": f"Event: {given.get('event', '')}",
        "target": f"On: {event.target_label if event else given.get('target', '')}",
        "outcome": given.get("outcome", "").capitalize(),
        "operation_id": "One operation",
        "request_id": f"Request {given.get('request_id', '')}",
        "session_id": "One session",
        "q": f"Words: {given.get('q', '')}",
    }
    return [Choice(label, trail.query(**{name: ""}) or "?") for name, label in names.items() if name in given]


_KIND = {"user": "people", "token": "tokens", "staff": "the vendor", "system": "the console itself"}
