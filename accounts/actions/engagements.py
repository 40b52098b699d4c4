"""Letting the vendor's staff see the organization, for a reason and until a day."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Engagement, User
from console.audit.actions.events import record
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

LONGEST = timedelta(days=30)


class NotStaff(Invalid):
    code = "not_staff"
    title = "This is not a person of the vendor"


class EngagementTooLong(Invalid):
    code = "engagement_too_long"


class AlreadyEngaged(Conflict):
    code = "already_engaged"


@transaction.atomic
def grant_engagement(*, scope: Scope, email: str, reason: str, ends_at: datetime) -> Engagement:
    """Raises NotStaff, EngagementTooLong beyond 30 days, or AlreadyEngaged while one is in force."""
    scope.require(Permission.ENGAGEMENT_GRANT)
    at = now()
    if not at < ends_at <= at + LONGEST:
        raise EngagementTooLong("An engagement ends within 30 days.", todo="Choose a day.", field="ends_on")
    person = User.objects.of_staff(email)
    if person is None:
        raise NotStaff(
            f"Nobody of the vendor signs in as {email}.", todo="Ask them for their address.", field="email"
        )
    if Engagement.objects.visible_to(scope).of(person.pk).in_force(at).exists():
        raise AlreadyEngaged(f"{person} is engaged already.", todo="Revoke that engagement first.", field="email")
    engagement = Engagement.objects.create(
        org_id=scope.org_id, user=person, reason=reason, granted_by=scope.actor.label, ends_at=ends_at
    )
    record(scope, "engagement:granted", engagement, reason=reason, ends_at=ends_at.isoformat())
    return engagement


@transaction.atomic
def revoke_engagement(*, scope: Scope, engagement_id: UUID) -> Engagement:
    """End an engagement now; what the person sees ends with their next request."""
    scope.require(Permission.ENGAGEMENT_GRANT)
    at = now()
    engagement = (
        Engagement.objects.visible_to(scope).in_force(at).select_related("user").filter(pk=engagement_id).first()
    )
    if engagement is None:
        raise NotFound("This engagement ended or was revoked already.", todo="Load the list again.")
    engagement.revoked_at = at
    engagement.save(update_fields=["revoked_at"])
    record(scope, "engagement:revoked", engagement)
    return engagement
