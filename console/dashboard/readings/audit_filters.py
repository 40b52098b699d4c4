"""Which events of the trail are asked for: all of it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from console.audit.models import AuditEvent
from console.audit.models.events import AuditEventQuerySet
from console.dashboard.readings.audit_periods import ALWAYS, BY_KEY, USUAL
from console.dashboard.readings.audit_search import found_by, marks_of, named_by
from console.kernel.ids import first_id
from console.kernel.scope import Scope
from console.web.pagination import Page, limit_of, paginate, reached

POINTED = ("target", "operation_id", "request_id", "session_id")
"""What is asked for by one of these is looked for at any time, unless the address says otherwise."""
END, NEVER = datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0)
TIMES = ("period", "since", "until")
RARE = ("operation_id", "request_id", "session_id")
"""Columns of which each value has few events."""
EXACT = {"actor": "actor_id", "actor_kind": "actor_kind", "outcome": "outcome", **{name: name for name in RARE}}


@dataclass(frozen=True, slots=True)
class TrailFilter:
    period: str
    """Key of the period, "" where the address names moments."""
    since: datetime | None = None
    until: datetime | None = None
    exact: Mapping[str, Any] = field(default_factory=dict)
    """Columns and what they must hold."""
    text: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    """The parameters as they stand in the address."""

    @classmethod
    def of(cls, asked: Mapping[str, Any], *, at: datetime, usual: str = USUAL) -> Self:
        """Read checked parameters; `usual` is the period of an address that says nothing of time."""
        since, until = asked.get("since"), asked.get("until")
        period = asked.get("period", "" if since or until else ALWAYS if _points(asked) else usual)
        length = BY_KEY[period].length if period else None
        return cls(
            period=period,
            since=at - length if length else since,
            until=None if period else until,
            exact=_exact(asked),
            text=asked.get("q", ""),
            given={name: _written(value) for name, value in asked.items()},
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing but time is asked for."""
        return not self.exact and not self.text

    @property
    def is_searched(self) -> bool:
        """Whether no b-tree answers alone: words, a noun, or several conditions at once."""
        conditions = [name for name in self.exact if name != "target_type"]
        return bool(self.text) or "noun" in self.exact or (len(conditions) > 1 and not set(RARE) & set(conditions))

    def page(self, request: HttpRequest, scope: Scope) -> Page[AuditEvent]:
        """One page of the events, newest first; a search looks for no more than the page shows."""
        ended = reached(request)
        rows = self.rows(scope, most=limit_of(request) + 1, before=UUID(ended) if ended else None)
        return paginate(request, rows)

    def rows(self, scope: Scope, *, most: int | None, before: UUID | None = None) -> AuditEventQuerySet:
        """The events asked for; of those found by search the newest `most` before an event, or all."""
        rows: AuditEventQuerySet = AuditEvent.objects.visible_to(scope)
        if names := named_by(self.text):
            rows = rows.filter(names)
        elif self.is_searched:
            marks = marks_of(self.exact)
            older = min(first_id(self.until or END), before or first_id(END))
            newer = first_id(self.since) if self.since else NEVER
            rows = found_by(rows, marks=marks, text=self.text, newer=newer, older=older, most=most)
        rows = rows.filter(**{column: value for column, value in self.exact.items() if column != "noun"})
        if self.since:
            rows = rows.filter(id__gte=first_id(self.since))
        return rows.filter(id__lt=first_id(self.until)) if self.until else rows

    def query(self, **changes: str) -> str:
        """The address's query with some parameters changed, those that are empty left out."""
        kept = {**self.given, **changes}
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    def within(self, start: datetime, end: datetime) -> str:
        """The same question for another span of time."""
        return self.query(period="", since=_written(start), until=_written(end))


def _points(asked: Mapping[str, Any]) -> bool:
    return any(name in asked for name in POINTED)


def _exact(asked: Mapping[str, Any]) -> dict[str, Any]:
    found = {column: asked[name] for name, column in EXACT.items() if name in asked}
    if "event" in asked:
        found["event" if ":" in asked["event"] else "noun"] = asked["event"]
    if "target" in asked:
        found["target_type"], _, found["target_id"] = asked["target"].partition(":")
    return found


def _written(value: object) -> str:
    return (
        value.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
    )
