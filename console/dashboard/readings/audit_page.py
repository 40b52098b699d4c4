"""The page of the trail: filters, bars over time, the list, and one event open beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from console.audit.models import AuditEvent
from console.dashboard.readings import audit, audit_event
from console.dashboard.readings.audit_activity import Activity, activity
from console.dashboard.readings.audit_choices import choices
from console.dashboard.readings.audit_filters import TrailFilter
from console.dashboard.readings.audit_proof import standing
from console.kernel.scope import Scope
from console.web.pagination import Page


@dataclass(frozen=True, slots=True)
class Question:
    trail: TrailFilter
    at: datetime
    show: UUID | None
    """The event to open; the first of the page without it."""


def question(asked: Mapping[str, Any], *, at: datetime) -> Question:
    filters = {name: value for name, value in asked.items() if name != "show"}
    return Question(TrailFilter.of(filters, at=at), at, asked.get("show"))


def read(
    *, scope: Scope, slug: str, question: Question, page: Page[AuditEvent], address: QueryDict
) -> dict[str, Any]:
    """Return what the template shows; `address` holds the parameters as they were given."""
    trail, events = question.trail, list(page.items)
    shown = _shown(scope, question.show, events)
    bars = activity(scope=scope, trail=trail, at=question.at) if events else None
    return {
        "trail": trail,
        "standing": standing(scope),
        "text": trail.text,
        "page": replace(page, query=_without_show(address)),
        "lines": audit.lines(events, address),
        "choices": choices(scope=scope, trail=trail, labels=events),
        "activity": bars,
        "worst_query": _worst(trail, bars),
        "reading": audit_event.read(scope=scope, slug=slug, event=shown) if shown else None,
        "newest": bool(events) or AuditEvent.objects.visible_to(scope).exists(),
        "export_query": trail.query() if trail.given else "",
        "always": trail.query(period="all", since="", until=""),
    }


def _shown(scope: Scope, asked: UUID | None, events: list[AuditEvent]) -> AuditEvent | None:
    first = events[0] if events else None
    if asked is None:
        return first
    known = next((event for event in events if event.pk == asked), None)
    return known or AuditEvent.objects.visible_to(scope).filter(pk=asked).first() or first


def _without_show(address: QueryDict) -> QueryDict:
    kept = address.copy()
    kept.pop("show", None)
    return kept


def _worst(trail: TrailFilter, bars: Activity | None) -> str:
    return trail.within(bars.worst.at, bars.worst.until) if bars and bars.worst else ""
