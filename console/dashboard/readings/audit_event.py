"""One event: its sentence, what changed, who and from where, its link in the chain, and what lies around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from console.audit import chain
from console.audit.models import AuditEvent, AuditLink, Outcome
from console.dashboard.readings import audit, audit_places
from console.dashboard.readings.audit_sentences import predicate
from console.kernel.scope import ActorKind, Scope

SHOWN = 5
MANY = 100
"""Neighbours are counted up to here."""


@dataclass(frozen=True, slots=True)
class Around:
    """Events that share something with this one."""

    title: str
    words: str
    query: str
    columns: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the event, as it is stored, is the one that was linked after the one before."""

    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    event: AuditEvent
    link: AuditLink | None
    previous: str
    """Hash of the link before, in hex."""
    before_target: str
    after_target: str
    target_url: str
    changes: Sequence[audit.Change]
    facts: Sequence[audit.Fact]
    around: Sequence[Around]
    proof: Proof | None

    @property
    def both_hashes(self) -> str:
        return f"{self.previous} {self.hash}"

    @property
    def bad(self) -> str:
        return audit.OUTCOMES.get(Outcome(self.event.outcome), "")

    @property
    def vendor(self) -> str:
        return "vendor" if self.event.actor_kind == ActorKind.STAFF else ""

    @property
    def kind(self) -> str:
        return audit.kind_of(self.event)

    @property
    def source(self) -> str:
        return audit.SOURCES.get(self.event.source, self.event.source)

    @property
    def seq(self) -> int | None:
        return self.link.seq if self.link else None

    @property
    def digest(self) -> str:
        return bytes(self.link.digest).hex() if self.link else ""

    @property
    def hash(self) -> str:
        return bytes(self.link.hash).hex() if self.link else ""

    @property
    def ending(self) -> str:
        return {"refused": "It was refused, and nothing changed.", "failed": "It failed."}.get(self.bad, "")


def read(*, scope: Scope, slug: str, event: AuditEvent) -> Reading:
    before, after = predicate(event)
    link = AuditLink.objects.visible_to(scope).of_events([event.pk]).first()
    previous = _hash_before(scope, link)
    return Reading(
        event=event,
        link=link,
        previous=previous.hex(),
        before_target=before,
        after_target=after,
        target_url=audit_places.link(scope, slug, event.target_type, event.target_id),
        changes=audit.changes(event),
        facts=audit.facts(event),
        around=_around(scope, event),
        proof=_proof(event, link, previous) if link else None,
    )


def _hash_before(scope: Scope, link: AuditLink | None) -> bytes:
    """The first link follows 32 zero bytes."""
    if link is None or link.seq == 1:
        return chain.ZERO
    found = AuditLink.objects.visible_to(scope).filter(seq=link.seq - 1).values_list("hash", flat=True).first()
    return bytes(found) if found is not None else b""


def neighbours(*, scope: Scope, slug: str, reading: Reading) -> list[tuple[Around, list[audit.Line]]]:
    """The newest few of every group around the event, itself among them."""
    rows = AuditEvent.objects.visible_to(scope)
    return [
        (each, audit.linked(rows.filter(**each.columns).newest_first()[:SHOWN], slug)) for each in reading.around
    ]


def _proof(event: AuditEvent, link: AuditLink, previous: bytes) -> Proof:
    digest = chain.digest(bytes(event.salt), event.canonical.encode())
    whole = chain.link_hash(previous, link.org_id, link.seq, event.pk, digest)
    fits = (digest, whole) == (bytes(link.digest), bytes(link.hash))
    if not fits:
        return Proof(ok=False, words="does not fit the chain")
    return Proof(ok=True, words=f"links to {link.seq - 1:,}" if link.seq > 1 else "the first link")


def _around(scope: Scope, event: AuditEvent) -> list[Around]:
    """The same operation, request, session and target, each with how many events besides this one."""
    target = {"target_type": event.target_type, "target_id": event.target_id}
    shared: list[tuple[str, str, Mapping[str, object], str]] = [
        ("The same operation", "of the same operation", {"operation_id": event.operation_id}, "operation_id"),
        ("The same request", "of the same request", {"request_id": event.request_id}, "request_id"),
        ("The same session", f"of {event.actor_label} in this session", {"session_id": event.session_id},
         "session_id"),
        ("The same target", f"on {event.target_label}", target, "target"),
    ]  # fmt: skip
    asked = [each for each in shared if all(each[2].values())]
    found = [(*each, _others(scope, event, each[2])) for each in asked]
    return [
        Around(title, _number(many, words), _query(name, columns), columns)
        for title, words, columns, name, many in found
        if many
    ]


def _query(name: str, columns: Mapping[str, object]) -> str:
    return "?" + urlencode({name: ":".join(str(value) for value in columns.values())})


def _others(scope: Scope, event: AuditEvent, columns: Mapping[str, object]) -> int:
    rows = AuditEvent.objects.visible_to(scope).filter(**columns)
    return len(rows.exclude(pk=event.pk).values_list("pk")[:MANY])


def _number(many: int, words: str) -> str:
    more = "or more " if many >= MANY else ""
    return f"{many} {more}other event{'s' if many != 1 else ''} {words}"
