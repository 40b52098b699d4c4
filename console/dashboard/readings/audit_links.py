"""The links of events in their organization's chain."""

from collections.abc import Sequence
from uuid import UUID

from console.audit.models import AuditEvent, AuditLink
from console.kernel.scope import Scope


def links_of(scope: Scope, events: Sequence[AuditEvent]) -> dict[UUID, AuditLink]:
    rows = AuditLink.objects.visible_to(scope).of_events([event.pk for event in events])
    return {link.event_id: link for link in rows}
