"""Answers of a verification, and how they are kept."""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from console.kernel.scope import Scope
from console.operations.outcomes import ProviderError
from regions.clouds.aws.policies import statements
from regions.clouds.errors import Category, CloudError
from regions.models import CheckGroup, ConnectionCheck
from regions.permissions.bundle import current
from regions.permissions.identity import RoleIdentity
from regions.states import Verdict

KEPT = ("group", "title", "role", "service", "verb", "verdict", "method", "message", "fix", "facts", "took_ms")
UNREACHABLE = frozenset({Category.TRANSIENT, Category.THROTTLED})

LONELY = re.compile(r"\[\s+(\"[^\"]+\")\s+\]")
"""A list of one text, which reads better on its line."""


@dataclass(frozen=True, slots=True)
class Check:
    group: CheckGroup
    name: str
    title: str
    verdict: Verdict
    method: str
    """How the answer was found: `live`, `simulated`, `read`."""
    message: str = ""
    fix: str = ""
    role: str = ""
    service: str = ""
    verb: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    took_ms: int | None = None


def record(scope: Scope, connection_id: UUID, checks: Iterable[Check], *, at: datetime) -> None:
    """Write all answers in one statement; an answer to the same question is replaced."""
    rows = [
        ConnectionCheck(
            org_id=scope.org_id,
            connection_id=connection_id,
            name=one.name,
            checked_at=at,
            **{name: getattr(one, name) for name in KEPT},
        )
        for one in checks
    ]
    with scope.entered():
        ConnectionCheck.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["connection", "name"],
            update_fields=[*KEPT, "checked_at"],
        )


def looked(check: Check, look: Callable[[], Check]) -> Check:
    """Time one look. Where the cloud refuses or does not answer, `check` becomes "cannot tell"."""
    started = time.perf_counter()
    try:
        found = look()
    except CloudError as error:
        found = unknown(check, error)
    return replace(found, took_ms=round((time.perf_counter() - started) * 1000))


def unknown(check: Check, error: CloudError) -> Check:
    return replace(
        check, verdict=Verdict.CANNOT_TELL, message=sentence(error), facts={"provider": provider_facts(error)}
    )


def sentence(error: CloudError) -> str:
    if error.category in UNREACHABLE:
        return f"AWS did not answer {error.operation} ({error.code}). Verify again when it does."
    if error.category is Category.REFUSED:
        return f"The role may not call {error.operation}: {error.message}"
    return f"{error.operation} answered {error.code}: {error.message}"


def provider_facts(error: CloudError) -> dict[str, Any]:
    return {
        "code": error.code,
        "status": error.status,
        "message": error.message,
        "request_id": error.request_id,
        "call": error.operation,
        "category": error.category.value,
    }


def unanswered(check: Check) -> bool:
    """Whether asking again may help: the cloud did not answer, or asked for patience."""
    return check.facts.get("provider", {}).get("category") in UNREACHABLE


def provider_error(error: CloudError) -> ProviderError:
    return ProviderError(error.code, error.message, error.status, error.request_id, error.operation)


def fragment(action: str, identity: RoleIdentity) -> str:
    """The statements that grant one action, to copy into a policy."""
    grant = current().grant(action)
    granted = statements(grant.ways, identity.confines()) if grant else ()
    written = [one.document() for one in granted]
    whole = json.dumps(written[0] if len(written) == 1 else written, indent=2)
    return LONELY.sub(r"[\1]", whole)
