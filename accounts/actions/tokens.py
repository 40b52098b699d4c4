"""Tokens of machines."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access.grants import GRANTS
from accounts.access.tokens import digest_of, new_token
from accounts.models import ApiToken, Role
from console.audit.actions.events import record
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

SHOWN_CHARACTERS = 10


class TokenNameTaken(Conflict):
    code = "token_name_taken"


@transaction.atomic
def issue_token(
    *, scope: Scope, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token bound to the organization; return it with its text, in clear only here.

    Raises TokenNameTaken, Invalid for a day that is past, Refused for a role above one's own.
    """
    scope.require(Permission.TOKEN_MANAGE)
    if expires_at is not None and expires_at <= now():
        raise Invalid("The token would have expired already.", todo="Choose a day to come.", field="expires_on")
    if not GRANTS[role] <= scope.permissions:
        raise Refused("A token cannot do more than the person who makes it.", todo="Choose a weaker role.")
    text = new_token()
    token = ApiToken(
        org_id=scope.org_id,
        name=name,
        digest=digest_of(text),
        hint=text[:SHOWN_CHARACTERS],
        role=role,
        created_by=scope.actor.label,
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError:
        raise TokenNameTaken(
            f"There is a token called {name}.", todo="Choose another name.", field="name"
        ) from None
    record(scope, "token:issued", token, role=role.value, expires_at=expires_at and expires_at.isoformat())
    return token, text


@transaction.atomic
def revoke_token(*, scope: Scope, token_id: UUID) -> ApiToken:
    """End a token now; calls under way finish."""
    scope.require(Permission.TOKEN_MANAGE)
    token = ApiToken.objects.visible_to(scope).filter(pk=token_id, revoked_at=None).first()
    if token is None:
        raise NotFound("This token was revoked already.", todo="Load the list again.")
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    record(scope, "token:revoked", token)
    return token
