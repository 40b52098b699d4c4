"""Writing the audit trail, always in the transaction of the change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from console.audit.models import AuditEvent, Outcome, Source
from console.kernel.scope import Actor, Scope

Changes = Mapping[str, tuple[Any, Any]]
"""Field to its value before and after; never a secret's."""


def record(
    scope: Scope,
    event: str,
    target: models.Model | None,
    /,
    *,
    outcome: Outcome = Outcome.SUCCEEDED,
    using: str = "default",
    reason: str = "",
    changes: Changes | None = None,
    project_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Write one event `<noun>:<verb>` about `target`. Neither facts nor changes carry a secret's value.

    PostgreSQL puts the event into the organization's chain when the transaction commits.
    """
    AuditEvent.objects.using(using).create(
        org_id=scope.org_id,
        event=event,
        outcome=outcome,
        **_actor(scope.actor),
        **_target(target),
        project_id=project_id,
        reason=reason,
        changes=_changes(changes),
        facts=facts,
        request_id=scope.request_id,
        operation_id=scope.operation_id,
        source_ip=scope.source_ip or None,
        user_agent=scope.user_agent[:300],
        session_id=scope.session_id,
        authentication=scope.authentication,
        engagement_id=scope.engagement_id,
        source=scope.source or Source.CONSOLE,
    )


def record_platform(
    actor: Actor,
    event: str,
    target: models.Model | None = None,
    /,
    *,
    outcome: Outcome = Outcome.SUCCEEDED,
    request_id: str = "",
    source_ip: str = "",
    user_agent: str = "",
    session_id: str = "",
    authentication: str = "",
    source: str = Source.CONSOLE,
    operation_id: UUID | None = None,
    reason: str = "",
    changes: Changes | None = None,
    **facts: Any,
) -> None:
    """Write an event outside any organization: sign-ins, sign-ups, staff acts."""
    AuditEvent.objects.create(
        event=event,
        outcome=outcome,
        **_actor(actor),
        **_target(target),
        reason=reason,
        changes=_changes(changes),
        facts=facts,
        request_id=request_id,
        operation_id=operation_id,
        source_ip=source_ip or None,
        user_agent=user_agent[:300],
        session_id=session_id,
        authentication=authentication,
        source=source,
    )


def _actor(actor: Actor) -> dict[str, str]:
    return {"actor_kind": actor.kind.value, "actor_id": actor.id, "actor_label": actor.label[:200]}


def _target(target: models.Model | None) -> dict[str, str]:
    if target is None:
        return {}
    return {
        "target_type": target._meta.model_name or "",
        "target_id": str(target.pk),
        "target_label": str(target)[:200],
    }


def _changes(changes: Changes | None) -> dict[str, list[Any]]:
    return {field: [before, after] for field, (before, after) in (changes or {}).items()}
