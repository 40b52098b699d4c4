"""Where a signed-in person stands: their organizations, and what they may do in one of them."""

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from accounts.access import second_factor
from accounts.access.grants import ARCHITECT, GRANTS
from accounts.models import Engagement, Membership, Organization, Role, User
from console.audit.models import Source
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Actor, ActorKind, Scope, as_user

ARCHITECT_LABEL = "Solution architect"


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in one organization; `role` is a word for people."""

    user: User
    organization: Organization
    role: str
    permissions: frozenset[Permission]
    kind: ActorKind
    engagement_id: UUID | None = None
    """Of staff: the grant by which they see the organization."""

    @property
    def scope(self) -> Scope:
        actor = Actor(self.kind, str(self.user.id), str(self.user))
        return Scope(
            org_id=self.organization.id,
            actor=actor,
            permissions=self.permissions,
            engagement_id=self.engagement_id,
        )


def standings(user: User) -> tuple[Standing, ...]:
    """Every organization of a person, by name: memberships, and for staff the engagements in force."""
    with as_user(user.id):
        roles = {row.org_id: Role(row.role) for row in Membership.objects.of(user.id)}
        engaged = _engagements(user) if user.is_staff else {}
        organizations = Organization.objects.filter(id__in={*roles, *engaged}).order_by("name", "slug")
        return tuple(_standing(user, each, roles.get(each.id), engaged.get(each.id)) for each in organizations)


def _engagements(user: User) -> dict[UUID, UUID]:
    """Organizations that engage a person, with the engagement."""
    return dict(Engagement.objects.of(user.id).in_force(now()).values_list("org_id", "id"))


def _standing(user: User, organization: Organization, role: Role | None, engagement_id: UUID | None) -> Standing:
    if role is None:
        return Standing(user, organization, ARCHITECT_LABEL, ARCHITECT, ActorKind.STAFF, engagement_id)
    return Standing(user, organization, str(role.label), GRANTS[role], ActorKind.USER)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as the audit trail keeps it."""

    request_id: str = ""
    source_ip: str = ""
    user_agent: str = ""
    session_id: str = ""
    authentication: str = ""
    source: str = Source.WEB


def origin(request: HttpRequest) -> Origin:
    """Of a request of a browser."""
    return replace(
        _reached(request),
        session_id=fingerprint(request.session.session_key),
        authentication=_shown(request),
    )


def origin_of_machine(request: HttpRequest) -> Origin:
    """Of a call with a bearer token, which has no session."""
    return replace(_reached(request), authentication="token", source=Source.API)


def _reached(request: HttpRequest) -> Origin:
    return Origin(
        request_id=getattr(request, "request_id", ""),
        source_ip=str(get_client_ip(request) or ""),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def fingerprint(session_key: str | None) -> str:
    """Tell sessions apart without their key, which would let its reader in."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16] if session_key else ""


def _shown(request: HttpRequest) -> str:
    """What the person of the session has shown: nothing, `password`, or `password+totp`."""
    if not request.user.is_authenticated:
        return ""
    return "password+totp" if second_factor.was_shown(request) else "password"
