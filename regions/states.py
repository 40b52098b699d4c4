"""The closed sets of states of connections, regions and checks; see DESIGN section 6."""

from django.db.models import IntegerChoices, TextChoices


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


class FindingState(TextChoices):
    OPEN = "open"
    SNOOZED = "snoozed"
    REVERTING = "reverting"
    REVERTED = "reverted"
    ACCEPTED = "accepted"
    CLEARED = "cleared"
    """Somebody put it back outside of the console, or the plan changed."""


class Harm(IntegerChoices):
    """The worst first, so that an order by it is the order of the page."""

    GREAT = 1
    SOME = 2
    LITTLE = 3


class Healing(TextChoices):
    """What a region does by itself about drift of one kind of resource."""

    OFF = "off"
    PROPOSE = "propose"
    HEAL = "heal"


class ScanState(TextChoices):
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ScanTrigger(TextChoices):
    SCHEDULE = "schedule"
    PERSON = "person"
