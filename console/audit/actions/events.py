"""Writing the audit trail, always in the transaction of the change.

PostgreSQL puts an event into its chain when the transaction commits, and holds the chain from then on alone.
A transaction that writes to several chains does so in the order of their organizations' ids.
"""

import ipaddress
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from console.audit import chain
from console.audit.models import AuditEvent, Outcome, Source
from console.kernel.scope import Actor, Scope

Changes = Mapping[str, tuple[Any, Any]]
"""Field to its value before and after; never a secret's."""

LONGEST_LABEL, LONGEST_USER_AGENT = 200, 300


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
    """Write one event `<noun>:<verb>` about `target`. Neither facts nor changes carry a secret's value."""
    made = of_scope(scope, event, target, outcome=outcome, reason=reason, changes=changes, facts=facts)
    made.project_id = project_id
    sealed(made).save(using=using, force_insert=True)


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
    made = AuditEvent(
        event=event,
        outcome=outcome,
        reason=reason,
        changes=_changes(changes),
        facts=facts,
        request_id=request_id,
        operation_id=operation_id,
        source_ip=source_ip,
        user_agent=user_agent,
        session_id=session_id,
        authentication=authentication,
        source=source,
        **_actor(actor),
        **_target(target),
    )
    sealed(made).save(force_insert=True)


def of_scope(
    scope: Scope,
    event: str,
    target: models.Model | None,
    *,
    outcome: Outcome,
    reason: str,
    changes: Changes | None,
    facts: Mapping[str, Any],
) -> AuditEvent:
    return AuditEvent(
        org_id=scope.org_id,
        event=event,
        outcome=outcome,
        reason=reason,
        changes=_changes(changes),
        facts=facts,
        request_id=scope.request_id,
        operation_id=scope.operation_id,
        source_ip=scope.source_ip,
        user_agent=scope.user_agent,
        session_id=scope.session_id,
        authentication=scope.authentication,
        engagement_id=scope.engagement_id,
        source=scope.source or Source.CONSOLE,
        **_actor(scope.actor),
        **_target(target),
    )


def sealed(event: AuditEvent) -> AuditEvent:
    """Bring an event that is about to be inserted into the form that is stored; give it its text and its salt."""
    for name in ("reason", "actor_id", "actor_label", "target_id", "target_label", "user_agent", "request_id"):
        setattr(event, name, chain.plain(getattr(event, name)))
    event.actor_label = event.actor_label[:LONGEST_LABEL]
    event.target_label = event.target_label[:LONGEST_LABEL]
    event.user_agent = event.user_agent[:LONGEST_USER_AGENT]
    event.facts, event.changes = chain.plain(event.facts), chain.plain(event.changes)
    event.source_ip = _address(event.source_ip)
    event.canonical = chain.canonical(fields_of(event))
    event.salt = os.urandom(chain.SALT_BYTES)
    return event


def fields_of(event: AuditEvent) -> dict[str, Any]:
    """What the canonical text holds, from the columns of a row."""
    special = {"v": chain.FORMAT, "at_utc": chain.utc(event.at), "source_ip": _address(event.source_ip)}
    special |= {"changes": chain.plain(event.changes), "facts": chain.plain(event.facts)}
    return {key: special[key] if key in special else getattr(event, key) for key in chain.KEYS}


def _actor(actor: Actor) -> dict[str, str]:
    return {"actor_kind": actor.kind.value, "actor_id": actor.id, "actor_label": actor.label}


def _target(target: models.Model | None) -> dict[str, str]:
    if target is None:
        return {}
    return {
        "target_type": target._meta.model_name or "",
        "target_id": str(target.pk),
        "target_label": str(target),
    }


def _changes(changes: Changes | None) -> dict[str, list[Any]]:
    return {field: [before, after] for field, (before, after) in (changes or {}).items()}


def _address(written: str | None) -> str | None:
    """The address in its one spelling, or None for what is none."""
    try:
        return str(ipaddress.ip_address(written or ""))
    except ValueError:
        return None
