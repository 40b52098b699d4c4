"""Unsafe calls of the API: repeated safely by key, tried without effect by `?dry_run=true`.

    @dry_runnable      # where something would be created
    @idempotent        # every unsafe call
    def post(self, request: Request, ...) -> Response: ...

Both work inside the scope of the call's token, `request.auth`, and in its transaction.
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid
from console.kernel.scope import Scope
from console.web.models import IdempotencyKey

HEADER = "Idempotency-Key"
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")

Handler = Callable[..., Response]


class KeyMalformed(Invalid):
    code = "idempotency_key_malformed"
    title = "The Idempotency-Key cannot be used"


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another call"


class KeyInFlight(Conflict):
    code = "idempotency_key_in_flight"
    title = "The same call is being carried out"


class AnswerWithheld(Conflict):
    code = "answer_withheld"
    title = "The call was carried out before"


def idempotent(handler: Handler) -> Handler:
    """Carry out a call once per `Idempotency-Key` and actor, and answer repetitions with the first answer.

    The key is kept in the transaction of the work, so an error or a crash keeps nothing and the call may be
    made again. An answer whose `secret` attribute is true is not kept; its repetition raises AnswerWithheld.

    Raises KeyReused for another body under the same key and KeyInFlight while the first call runs.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if not WELL_FORMED.fullmatch(key):
            raise KeyMalformed(
                f"{HEADER} must be 1 to 255 printable ASCII characters without spaces.", field=HEADER
            )
        scope = scope_of(request)
        with scope.entered():
            _lock(scope, key)
            mark = fingerprint(view, scope, key, request)
            seen = _seen(scope, key, mark)
            return seen or _kept(scope, key, mark, handler(view, request, *args, **kwargs))

    return once


def dry_runnable(handler: Handler) -> Handler:
    """Carry out a call with `?dry_run=true` in full and take everything back at its end; it answers 200."""

    @wraps(handler)
    def tried(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        if not is_dry_run(request):
            return handler(view, request, *args, **kwargs)
        with transaction.atomic():
            response = handler(view, request, *args, **kwargs)
            transaction.set_rollback(True)
        if response.status_code < 300:
            response.status_code = 200
        del response["Location"]
        response["Dry-Run"] = "true"
        return response

    return tried


def scope_of(request: Request) -> Scope:
    assert isinstance(request.auth, Scope), "Only calls with a token are carried out once."
    return request.auth


def is_dry_run(request: Request) -> bool:
    asked = request.query_params.get("dry_run", "false")
    if asked not in ("true", "false"):
        raise Invalid(f"dry_run is {asked!r}; it must be true or false.", field="dry_run")
    return asked == "true"


def fingerprint(view: Any, scope: Scope, key: str, request: Request) -> str:
    """What tells one call from another. A body with secrets (`secret_body` of the view) goes through scrypt
    (RFC 7914) with a salt of its own, so that a stored fingerprint helps nobody to guess a short value."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), default=str)
    whole = "\n".join([request.method or "", request.get_full_path(), body]).encode()
    if not getattr(view, "secret_body", False):
        return hashlib.sha256(whole).hexdigest()
    salt = f"{scope.org_id}\n{scope.actor.id}\n{key}".encode()
    return hashlib.scrypt(whole, salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


def _lock(scope: Scope, key: str) -> None:
    """Hold the key until the transaction ends; PostgreSQL frees it whatever happens."""
    digest = hashlib.sha256(f"{scope.org_id}\n{scope.actor.id}\n{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        if not cursor.fetchone()[0]:
            raise KeyInFlight(
                "A call with this key is being carried out.", todo="Repeat it in a moment for its answer."
            )


def _seen(scope: Scope, key: str, wanted: str) -> Response | None:
    IdempotencyKey.objects.of(scope, key).stale(now()).delete()
    kept = IdempotencyKey.objects.of(scope, key).first()
    if kept is None:
        return None
    if kept.fingerprint != wanted:
        raise KeyReused(
            "This key was used for another call.", todo="Send a new key with a new call.", field=HEADER
        )
    if kept.withheld:
        raise AnswerWithheld("Its answer held a secret, which was shown once and is not kept.")
    headers = {"Idempotency-Replayed": "true"} | ({"Location": kept.location} if kept.location else {})
    return Response(kept.body, status=kept.status, headers=headers)


def _kept(scope: Scope, key: str, mark: str, response: Response) -> Response:
    if response.status_code >= 500:
        return response
    withheld = bool(getattr(response, "secret", False))
    IdempotencyKey.objects.visible_to(scope).stale(now()).delete()
    IdempotencyKey.objects.create(
        org_id=scope.org_id,
        actor_id=scope.actor.id,
        key=key,
        fingerprint=mark,
        status=response.status_code,
        body=None if withheld else json.loads(JSONRenderer().render(response.data) or b"null"),
        location=response.headers.get("Location", ""),
        withheld=withheld,
    )
    return response
