"""Audit events as sentences and facts that people can read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.audit.models import AuditEvent, Outcome
from console.kernel.scope import ActorKind
from console.web.components.numbers import SHAPES

NOUNS = (
    "region", "operation", "connection", "onboarding", "plan", "member", "invitation", "engagement", "token",
    "key", "organization", "authenticator",
)  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    whole: str = ""
    """At full length, where `value` is short."""


@dataclass(frozen=True, slots=True)
class Line:
    event: AuditEvent
    kind: str
    bad: str
    before: str
    after: str
    facts: Sequence[Fact]

    @property
    def changed(self) -> bool:
        return bool(self.before or self.after)

    @property
    def vendor(self) -> bool:
        return self.event.actor_kind == ActorKind.STAFF


def lines(events: Iterable[AuditEvent]) -> list[Line]:
    return [_line(event) for event in events]


def _line(event: AuditEvent) -> Line:
    facts: Mapping[str, Any] = event.facts
    changed = "before" in facts or "after" in facts
    return Line(
        event=event,
        kind=KINDS.get(ActorKind(event.actor_kind), event.actor_kind),
        bad=OUTCOMES.get(Outcome(event.outcome), ""),
        before=_said(facts.get("before")) if changed else "",
        after=_said(facts.get("after")) if changed else "",
        facts=[_fact(name, value) for name, value in facts.items() if _tells(name, value)],
    )


def _tells(name: str, value: object) -> bool:
    return name not in ("before", "after") and value not in (None, "", [], {})


def _fact(name: str, value: object) -> Fact:
    said, words = _said(value), name.replace("_", " ")
    if name == "digest":
        return Fact(words, f"{said[:DIGEST_SHOWN]}…", said)
    if name.endswith("_at"):
        return Fact(words, _moment(said), said)
    if isinstance(value, list) and len(value) > NAMED:
        return Fact(words, f"{_said(value[:NAMED])} and {len(value) - NAMED} more", said)
    return Fact(words, said)


def _moment(written: str) -> str:
    """ISO 8601 as people read it, in UTC; anything else as it is."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC).strftime(SHAPES["minute"])
    except ValueError:
        return written


def _said(value: object) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)
