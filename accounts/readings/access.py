"""Who has access to an organization, as its page shows it."""

from dataclasses import dataclass

from accounts.access.grants import ARCHITECT, GRANTS, NEVER_BY_TOKEN
from accounts.access.standing import ARCHITECT_LABEL
from accounts.models import ApiToken, Engagement, Invitation, Membership, Role
from console.kernel.clock import now
from console.kernel.permissions import NEEDS_FRESH_SECOND_FACTOR, Permission
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Access:
    members: list[Membership]
    invitations: list[Invitation]
    engagements: list[Engagement]


def of_organization(*, scope: Scope) -> Access:
    at = now()
    members = Membership.objects.visible_to(scope).with_user().with_second_factor()
    return Access(
        members=list(members.order_by("user__name", "id")),
        invitations=list(Invitation.objects.visible_to(scope).open(at).newest_first()),
        engagements=list(Engagement.objects.visible_to(scope).in_force(at).with_user().newest_first()),
    )


def tokens(*, scope: Scope) -> list[ApiToken]:
    return list(ApiToken.objects.visible_to(scope).newest_first())


@dataclass(frozen=True, slots=True)
class Row:
    permission: str
    held: tuple[bool, ...]
    by_token: bool
    fresh: bool


HOLDERS: tuple[tuple[str, frozenset[Permission]], ...] = (
    *((str(role.label), GRANTS[role]) for role in Role),
    (ARCHITECT_LABEL, ARCHITECT),
)


def roles_table() -> list[Row]:
    """Every permission and who holds it, straight from the table that is enforced."""
    return [
        Row(
            permission.value,
            tuple(permission in held for _, held in HOLDERS),
            permission not in NEVER_BY_TOKEN,
            permission in NEEDS_FRESH_SECOND_FACTOR,
        )
        for permission in Permission
    ]
