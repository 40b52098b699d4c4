"""Writing the audit trail, always in the transaction of the change."""

from typing import Any
from uuid import UUID

from django.db import models

from console.audit.models import AuditEvent, Outcome
from console.kernel.scope import Actor, Scope


def record(
    scope: Scope,
    event: str,
    target: models.Model | None,
    /,
    *,
    outcome: Outcome = Outcome.SUCCEEDED,
    using: str = "default",
    **facts: Any,
) -> None:
    """Write one event `<noun>:<verb>` about `target`. Facts never carry a secret's value."""
    AuditEvent.objects.using(using).create(
        org_id=scope.org_id,
        event=event,
        outcome=outcome,
        **_actor(scope.actor),
        **_target(target),
        facts=facts,
        request_id=scope.request_id,
        operation_id=scope.operation_id,
        source_ip=scope.source_ip or None,
        user_agent=scope.user_agent[:300],
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
    operation_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Write an event outside any organization: sign-ins, sign-ups, staff acts."""
    AuditEvent.objects.create(
        event=event,
        outcome=outcome,
        **_actor(actor),
        **_target(target),
        facts=facts,
        request_id=request_id,
        operation_id=operation_id,
        source_ip=source_ip or None,
        user_agent=user_agent[:300],
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
