from console.audit.models.chain import (
    PLATFORM,
    SHORTEST_RETENTION_DAYS,
    AuditCheckpoint,
    AuditLink,
    AuditRetention,
    AuditSigningKey,
    AuditTombstone,
)
from console.audit.models.events import AuditEvent, Outcome, Source
from console.audit.models.verifications import AuditVerification

__all__ = [
    "PLATFORM",
    "SHORTEST_RETENTION_DAYS",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditLink",
    "AuditRetention",
    "AuditSigningKey",
    "AuditTombstone",
    "AuditVerification",
    "Outcome",
    "Source",
]
