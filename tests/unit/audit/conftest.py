"""The chain as it lies in the database."""

from uuid import UUID

from console.audit.models import AuditLink


def links(chain: UUID) -> list[AuditLink]:
    return list(AuditLink.objects.using("owner").filter(org_id=chain).order_by("seq"))
