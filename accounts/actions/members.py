"""Who belongs to an organization: inviting, joining, changing roles, removing."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from accounts.access.grants import GRANTS
from accounts.access.standing import standings
from accounts.access.tokens import digest_of, new_link_token
from accounts.actions.sign_ins import actor_of, end_sessions
from accounts.models import Invitation, Membership, Organization, RecoveryCode, Role, TotpDevice, User
from console.audit.actions.events import record
from console.kernel.clock import now
from console.kernel.errors import Conflict, NotFound, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope, as_holder

VALID_FOR = timedelta(days=7)


class AlreadyMember(Conflict):
    code = "already_member"
    title = "This person is a member"


class StaffAreEngaged(Conflict):
    code = "staff_are_engaged"
    title = "The vendor's people are no members"


class LastOwner(Conflict):
    code = "last_owner"
    title = "An organization needs an owner"


class NoSuchMember(NotFound):
    code = "no_such_member"


class InvitationOver(NotFound):
    code = "invitation_over"
    title = "The invitation cannot be used"


@transaction.atomic
def invite(*, scope: Scope, email: str, role: Role) -> tuple[Invitation, str]:
    """Make an invitation for one address; return it with the token of its link, in clear only here.

    An open invitation for the same address is replaced. Raises AlreadyMember or StaffAreEngaged.
    """
    scope.require(Permission.ACCESS_MANAGE)
    email = email.lower()
    if Membership.objects.visible_to(scope).of_email(email).exists():
        raise AlreadyMember(f"{email} is a member already.", todo="Change the role in the list.", field="email")
    if User.objects.of_staff(email):
        raise StaffAreEngaged(f"{email} works for the vendor.", todo="Grant an engagement instead.", field="email")
    Invitation.objects.visible_to(scope).unanswered().of_email(email).update(revoked_at=now())
    token = new_link_token()
    invitation = Invitation.objects.create(
        org_id=scope.org_id,
        email=email,
        role=role,
        digest=digest_of(token),
        invited_by=scope.actor.label,
        expires_at=now() + VALID_FOR,
    )
    record(scope, "invitation:created", invitation, role=role.value)
    return invitation, token


@transaction.atomic
def revoke_invitation(*, scope: Scope, invitation_id: UUID) -> None:
    scope.require(Permission.ACCESS_MANAGE)
    invitation = Invitation.objects.visible_to(scope).unanswered().filter(pk=invitation_id).first()
    if invitation is None:
        raise InvitationOver("This invitation was answered or withdrawn already.")
    Invitation.objects.visible_to(scope).filter(pk=invitation.pk).update(revoked_at=now())
    record(scope, "invitation:revoked", invitation)


def open_invitation(*, user: User, token: str) -> Invitation:
    """Return the invitation behind a link, if it is open and for this person's address; else InvitationOver."""
    digest = digest_of(token)
    with as_holder(digest):
        invitation = Invitation.objects.open(now()).of_digest(digest).first()
    if invitation is None or user.is_staff or invitation.email != user.email.lower():
        raise InvitationOver(
            f"This link is not open for {user.email}: it was used, withdrawn, is older than seven days, "
            "or was made for another address.",
            todo="Ask the person who sent it for a new one.",
        )
    return invitation


def accept_invitation(*, user: User, token: str, request_id: str = "") -> Organization:
    """Join the organization of an invitation. Raises InvitationOver; a member already keeps their role."""
    invitation = open_invitation(user=user, token=token)
    role = Role(invitation.role)
    scope = Scope(
        org_id=invitation.org_id,
        actor=actor_of(user),
        permissions=GRANTS[role],
        request_id=request_id,
    )
    with scope.entered():
        if not Invitation.objects.claim(invitation.pk, at=now()):
            raise InvitationOver("This invitation was used a moment ago.")
        Membership.objects.get_or_create(org_id=scope.org_id, user=user, defaults={"role": role})
        record(scope, "member:joined", user, role=role.value, invited_by=invitation.invited_by)
        return Organization.objects.get(pk=scope.org_id)


@transaction.atomic
def change_role(*, scope: Scope, membership_id: UUID, role: Role) -> Membership:
    """Raises LastOwner if nobody would own the organization any more."""
    scope.require(Permission.ACCESS_MANAGE)
    membership = _locked(scope, membership_id, keeps_owner=role is Role.OWNER)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record(scope, "member:role-changed", membership.user, before=before, after=role.value)
    return membership


@transaction.atomic
def remove_member(*, scope: Scope, membership_id: UUID) -> User:
    """Raises LastOwner if nobody would own the organization any more."""
    scope.require(Permission.ACCESS_MANAGE)
    membership = _locked(scope, membership_id, keeps_owner=False)
    person = membership.user
    membership.delete()
    record(scope, "member:removed", person, role=membership.role)
    return person


@transaction.atomic
def reset_second_factor(*, scope: Scope, membership_id: UUID) -> User:
    """Take a lost authenticator from a member, who enrols a new one with their next sign-in.

    Their sessions end: whoever found the device may hold one, and could enrol an authenticator of their own.
    Raises Refused for a person who also belongs elsewhere: one organization does not weaken another's.
    """
    scope.require(Permission.ACCESS_MANAGE)
    membership = Membership.objects.visible_to(scope).with_user().filter(pk=membership_id).first()
    if membership is None:
        raise NoSuchMember("There is no such member here.", todo="Load the list again.")
    if membership.user.is_staff or len(standings(membership.user)) > 1:
        raise Refused(
            f"{membership.user} also belongs to another organization.",
            todo="Let them use a recovery code, or make an account of another address.",
        )
    TotpDevice.objects.of(membership.user_id).delete()
    RecoveryCode.objects.of(membership.user_id).delete()
    end_sessions(membership.user)
    record(scope, "authenticator:reset", membership.user)
    return membership.user


def _locked(scope: Scope, membership_id: UUID, *, keeps_owner: bool) -> Membership:
    """Lock every membership of the organization, so that two owners cannot remove each other at once."""
    rows = list(Membership.objects.visible_to(scope).with_user().order_by("id").select_for_update(of=("self",)))
    found = next((row for row in rows if row.pk == membership_id), None)
    if found is None:
        raise NoSuchMember("There is no such member here.", todo="Load the list again.")
    others_own = any(row.role == Role.OWNER for row in rows if row.pk != membership_id)
    if found.role == Role.OWNER and not keeps_owner and not others_own:
        raise LastOwner(f"{found.user} is the last owner.", todo="Make somebody else an owner first.")
    return found
