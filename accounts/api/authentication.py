"""Bearer tokens of machines (RFC 6750), in the Authorization header and nowhere else."""

import hmac
from dataclasses import asdict
from datetime import timedelta

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.access.grants import of_token
from accounts.access.standing import origin_of_machine
from accounts.access.tokens import PREFIX, digest_of
from accounts.models import ApiToken, Role
from console.kernel.clock import now
from console.kernel.scope import Actor, ActorKind, Scope, as_holder

LONGEST = 200
USE_NOTED_EVERY = timedelta(minutes=1)
REFUSED = "The bearer token is unknown, revoked or expired."


class Machine:
    """Stands where Django expects a user."""

    is_authenticated = True
    is_staff = False

    def __init__(self, token: ApiToken) -> None:
        self.pk = token.pk
        self.name = token.name


class BearerTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Machine, Scope] | None:
        """Return the machine and its scope, None without a token; raise AuthenticationFailed for a wrong one."""
        kind, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if not kind:
            return None
        if kind.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > LONGEST:
            raise AuthenticationFailed(REFUSED)
        found = _find(digest_of(token))
        if found is None:
            raise AuthenticationFailed(REFUSED)
        return Machine(found), _scope(request, found)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  Django REST framework's signature
        return 'Bearer realm="byoc-console"'


def _find(digest: str) -> ApiToken | None:
    """PostgreSQL shows the row of this digest alone; its last use is noted at most once a minute."""
    at = now()
    with as_holder(digest):
        token = ApiToken.objects.in_force(at).of_digest(digest).first()
        if token is None or not hmac.compare_digest(token.digest, digest):
            return None
        if token.last_used_at is None or at - token.last_used_at > USE_NOTED_EVERY:
            ApiToken.objects.of_digest(digest).update(last_used_at=at)
        return token


def _scope(request: Request, token: ApiToken) -> Scope:
    return Scope(
        org_id=token.org_id,
        actor=Actor(ActorKind.TOKEN, str(token.id), f"token {token.name}"),
        permissions=of_token(Role(token.role)),
        **asdict(origin_of_machine(request._request)),
    )
