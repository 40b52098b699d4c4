"""Where a signed-in person stands: their organizations, and what they may do in one of them."""

from dataclasses import dataclass
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from accounts.access.grants import ARCHITECT, GRANTS
from accounts.models import Engagement, Membership, Organization, Role, User
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

    @property
    def scope(self) -> Scope:
        actor = Actor(self.kind, str(self.user.id), str(self.user))
        return Scope(org_id=self.organization.id, actor=actor, permissions=self.permissions)


def standings(user: User) -> tuple[Standing, ...]:
    """Every organization of a person, by name: memberships, and for staff the engagements in force."""
    with as_user(user.id):
        roles = {row.org_id: Role(row.role) for row in Membership.objects.of(user.id)}
        engaged = _engagements(user) - set(roles) if user.is_staff else set()
        organizations = Organization.objects.filter(id__in={*roles, *engaged}).order_by("name", "slug")
        return tuple(_standing(user, each, roles.get(each.id)) for each in organizations)


def _engagements(user: User) -> set[UUID]:
    return set(Engagement.objects.of(user.id).in_force(now()).values_list("org_id", flat=True))


def _standing(user: User, organization: Organization, role: Role | None) -> Standing:
    if role is None:
        return Standing(user, organization, ARCHITECT_LABEL, ARCHITECT, ActorKind.STAFF)
    return Standing(user, organization, str(role.label), GRANTS[role], ActorKind.USER)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as the audit trail keeps it."""

    request_id: str = ""
    source_ip: str = ""
    user_agent: str = ""


def origin(request: HttpRequest) -> Origin:
    return Origin(
        request_id=getattr(request, "request_id", ""),
        source_ip=str(get_client_ip(request) or ""),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )
