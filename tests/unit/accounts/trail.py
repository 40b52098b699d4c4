"""Reading the trail of the platform, which no organization sees."""

from console.audit.models import AuditEvent
from console.kernel.scope import as_staff


def events(name: str = "") -> list[AuditEvent]:
    with as_staff():
        return list(AuditEvent.objects.filter(event=name) if name else AuditEvent.objects.all())
