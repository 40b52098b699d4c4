"""The closed sets of states of connections, regions and checks; see DESIGN section 6."""

from django.db.models import TextChoices


class ConnectionState(TextChoices):
    DRAFT = "draft"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    REFUSED = "refused"
    REVOKED = "revoked"


class RegionState(TextChoices):
    PLANNED = "planned"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    DEPROVISIONING = "deprovisioning"
    DEPROVISIONED = "deprovisioned"
    FAILED = "failed"


class Health(TextChoices):
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class Verdict(TextChoices):
    """A check's answer; "cannot tell" is not "pass"."""

    PASS = "pass"  # noqa: S105  a verdict
    REFUSED = "refused"
    CANNOT_TELL = "cannot_tell"
    WARNING = "warning"
