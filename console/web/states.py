"""How every state of the product looks: a glyph, a colour family and a word, always together."""

from typing import NamedTuple


class Look(NamedTuple):
    look: str
    """Value of `data-s`: colour family and glyph."""
    word: str


LOOKS: dict[str, Look] = {
    # steps and operations
    "pending": Look("pending", "Pending"),
    "running": Look("running", "Running"),
    "waiting": Look("waiting", "Waiting"),
    "blocked": Look("blocked", "Blocked"),
    "awaiting_approval": Look("approval", "Awaiting approval"),
    "approval": Look("approval", "Awaiting approval"),
    "succeeded": Look("succeeded", "Succeeded"),
    "skipped": Look("skipped", "Skipped"),
    "failed": Look("failed", "Failed"),
    "cancelling": Look("running", "Cancelling"),
    "cancelled": Look("cancelled", "Cancelled"),
    "paused": Look("paused", "Paused"),
    # drift
    "open": Look("degraded", "Open"),
    "snoozed": Look("paused", "Snoozed"),
    "reverting": Look("running", "Reverting"),
    "reverted": Look("succeeded", "Reverted"),
    "cleared": Look("succeeded", "As wanted again"),
    # regions
    "planned": Look("pending", "Planned"),
    "provisioning": Look("running", "Provisioning"),
    "active": Look("succeeded", "Active"),
    "deprovisioning": Look("running", "Deprovisioning"),
    "deprovisioned": Look("cancelled", "Deprovisioned"),
    # health
    "healthy": Look("healthy", "Healthy"),
    "degraded": Look("degraded", "Degraded"),
    "unhealthy": Look("failed", "Unhealthy"),
    "unreachable": Look("unreachable", "Unreachable"),
    "unknown": Look("unknown", "Unknown"),
    # connections
    "draft": Look("pending", "Draft"),
    "verifying": Look("running", "Verifying"),
    "verified": Look("succeeded", "Verified"),
    "refused": Look("failed", "Refused"),
    "revoked": Look("cancelled", "Revoked"),
    # certificates and their roots
    "valid": Look("healthy", "Valid"),
    "superseded": Look("skipped", "Superseded"),
    "prepared": Look("waiting", "Trusted first"),
    "issuing": Look("healthy", "Issues"),
    "retiring": Look("paused", "Issues no more"),
    "removed": Look("cancelled", "Removed"),
    # verdicts of checks
    "pass": Look("succeeded", "Pass"),
    "warning": Look("degraded", "Warning"),
    "cannot_tell": Look("unknown", "Cannot tell"),
    "denied": Look("failed", "Denied"),
    # questionnaire, signatures and requests for approval
    "approved": Look("succeeded", "Approved"),
    "withdrawn": Look("cancelled", "Withdrawn"),
    "answered": Look("succeeded", "Answered"),
    "in_progress": Look("running", "In progress"),
    "not_answered": Look("pending", "Not answered"),
    "signed": Look("succeeded", "Signed"),
    "expired": Look("cancelled", "Expired"),
    "info": Look("pending", "Note"),
}

WORST_FIRST = (
    "failed",
    "unreachable",
    "blocked",
    "approval",
    "degraded",
    "unknown",
    "running",
    "waiting",
    "paused",
    "pending",
    "skipped",
    "cancelled",
    "succeeded",
    "healthy",
)


def look_of(state: object) -> Look:
    """Return the look of a state, plain or of a `TextChoices`; a strange one looks unknown."""
    key = str(getattr(state, "value", state))
    return LOOKS.get(key) or Look("unknown", key.replace("_", " ").capitalize() or "Unknown")


def worst(states: list[str]) -> str:
    """Return the state that a group shows: the worst of its members."""
    return min(states, key=lambda state: WORST_FIRST.index(look_of(state).look), default="unknown")
