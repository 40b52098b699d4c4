"""Words and combined conditions, found by the trail's one inverted index in a bounded time.

The index is asked in a function of the owner's role: behind row-level security PostgreSQL uses no operator of
text search. The function keeps to the organization of the transaction by itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from console.audit.models.events import AuditEventQuerySet

MARKS = {"event": "e", "noun": "n", "outcome": "o", "actor_kind": "k", "actor_id": "a", "target_id": "t"}
"""How a condition stands in the index, as `audit_lexemes` writes it."""


REQUEST = re.compile(r"req[_-][\w.-]+")


def named_by(text: str) -> Q | None:
    """The condition of a text that is an id: of an event, an operation, a target, a person or a request."""
    if REQUEST.fullmatch(text):
        return Q(request_id=text)
    try:
        key = UUID(text)
    except ValueError:
        return None
    return Q(id=key) | Q(operation_id=key) | Q(target_id=str(key)) | Q(actor_id=str(key))


def marks_of(exact: Mapping[str, Any]) -> list[str]:
    return [f"{MARKS[column]}:{value}" for column, value in exact.items() if column in MARKS]


def found_by(
    rows: AuditEventQuerySet, *, marks: list[str], text: str, newer: UUID, older: UUID, most: int | None
) -> AuditEventQuerySet:
    """Narrow the rows to the newest `most`, or all, that carry every mark and every word, between two ids."""
    found = RawSQL("SELECT audit_search(%s, %s, %s, %s, %s)", [text, marks, newer, older, most])
    return rows.filter(id__in=found)
