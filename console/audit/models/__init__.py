from console.audit.models.events import AuditEvent, Outcome

__all__ = ["AuditEvent", "Outcome"]
