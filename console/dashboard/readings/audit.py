"""Audit events as lines of a list, with facts that people can read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from console.audit.models import AuditEvent, Outcome
from console.kernel.scope import ActorKind
from console.web.components.numbers import SHAPES

DIGEST_SHOWN = 12
NAMED = 4
KINDS = {
    ActorKind.USER: "person",
    ActorKind.TOKEN: "API token",
    ActorKind.STAFF: "vendor",
    ActorKind.SYSTEM: "the console itself",
}
OUTCOMES = {Outcome.REFUSED: "refused", Outcome.FAILED: "failed"}
"""State of what did not succeed; success is quiet."""
SOURCES = {"web": "web", "api": "API", "worker": "worker", "console": "console"}


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    whole: str = ""
    """At full length, where `value` is short."""


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list; `href` opens the event beside it."""

    event: AuditEvent
    href: str = ""

    @property
    def bad(self) -> str:
        return OUTCOMES.get(Outcome(self.event.outcome), "")

    @property
    def vendor(self) -> str:
        return "vendor" if self.event.actor_kind == ActorKind.STAFF else ""

    @property
    def source(self) -> str:
        return SOURCES.get(self.event.source, self.event.source)


def lines(events: Iterable[AuditEvent], address: QueryDict) -> list[Line]:
    """Rows whose links keep the address and open one event beside the list."""
    return [Line(event, _opened(address, event)) for event in events]


def linked(events: Iterable[AuditEvent], slug: str) -> list[Line]:
    """Rows whose links lead to the event's own page."""
    return [Line(event, reverse("audit-event", kwargs={"org": slug, "event_id": event.pk})) for event in events]


def _opened(address: QueryDict, event: AuditEvent) -> str:
    kept = address.copy()
    kept["show"] = str(event.pk)
    return f"?{kept.urlencode()}#event"


def kind_of(event: AuditEvent) -> str:
    return KINDS.get(ActorKind(event.actor_kind), event.actor_kind)


def changes(event: AuditEvent) -> list[Change]:
    """What each field was and became."""
    noted: Mapping[str, Any] = event.changes
    facts: Mapping[str, Any] = event.facts
    found = [Change(name.replace("_", " "), _side(pair[0]), _side(pair[1])) for name, pair in noted.items()]
    if "before" in facts or "after" in facts:
        found.append(Change(_changed(event), _side(facts.get("before")), _side(facts.get("after"))))
    return found


def _side(value: object) -> str:
    """One side of a change, where a dash beside the sign would be read as a value."""
    return "nothing" if value in (None, "", [], {}) else said(value)


def _changed(event: AuditEvent) -> str:
    """`region:health-changed` tells of the health."""
    verb = event.event.partition(":")[2]
    return verb.removesuffix("-changed").replace("-", " ") if verb.endswith("-changed") else "value"


def facts(event: AuditEvent) -> Sequence[Fact]:
    """What the event tells besides, without what says nothing."""
    told: Mapping[str, Any] = event.facts
    return [_fact(name, value) for name, value in told.items() if _tells(name, value)]


def _tells(name: str, value: object) -> bool:
    return name not in ("before", "after") and value not in (None, "", [], {})


def _fact(name: str, value: object) -> Fact:
    words, whole = name.replace("_", " "), said(value)
    if name == "digest":
        return Fact(words, f"{whole[:DIGEST_SHOWN]}…", whole)
    if name.endswith("_at"):
        return Fact(words, _moment(whole), whole)
    if isinstance(value, list) and len(value) > NAMED:
        return Fact(words, f"{said(value[:NAMED])} and {len(value) - NAMED} more", whole)
    return Fact(words, whole)


def _moment(written: str) -> str:
    """ISO 8601 as people read it, in UTC; anything else as it is."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC).strftime(SHAPES["minute"])
    except ValueError:
        return written


def said(value: object) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)
