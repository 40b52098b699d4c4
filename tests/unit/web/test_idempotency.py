"""Unsafe calls are carried out once a key; a dry run leaves nothing."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from console.kernel.clock import now
from console.kernel.errors import ConsoleError, Invalid
from console.kernel.scope import Actor, ActorKind, Scope
from console.web.idempotency import (
    AnswerWithheld,
    KeyInFlight,
    KeyMalformed,
    KeyReused,
    dry_runnable,
    idempotent,
)
from console.web.models import KEPT_FOR, IdempotencyKey


@dataclass
class Endpoint:
    """Counts how often it was really called."""

    scope: Scope
    calls: int = 0
    secret: bool = False
    error: ConsoleError | None = None

    @dry_runnable
    @idempotent
    def post(self, request: Request) -> Response:
        self.calls += 1
        if self.error:
            raise self.error
        response = Response({"call": self.calls}, status=202, headers={"Location": "/api/v1/operations/7"})
        response.secret = self.secret  # type: ignore[attr-defined]
        return response

    def call(self, *, key: str = "", body: dict[str, Any] | None = None, query: str = "") -> Response:
        headers = {"Idempotency-Key": key} if key else {}
        plain = APIRequestFactory().post(f"/api/v1/regions{query}", body or {}, format="json", headers=headers)
        request = Request(plain, parsers=[JSONParser()])
        request.auth = self.scope
        with self.scope.entered():
            return self.post(request)


@pytest.fixture
def endpoint(alice_scope: Scope) -> Endpoint:
    return Endpoint(alice_scope)


def test_without_a_key_each_call_is_carried_out(endpoint: Endpoint) -> None:
    assert [endpoint.call().data["call"], endpoint.call().data["call"]] == [1, 2]


def test_a_repeated_call_gets_the_first_answer(endpoint: Endpoint) -> None:
    first, second = endpoint.call(key="k-1"), endpoint.call(key="k-1")

    assert endpoint.calls == 1
    assert (second.status_code, second.data) == (first.status_code, first.data)
    assert second["Location"] == "/api/v1/operations/7"
    assert second["Idempotency-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(endpoint: Endpoint) -> None:
    endpoint.call(key="k-1", body={"name": "a"})

    with pytest.raises(KeyReused):
        endpoint.call(key="k-1", body={"name": "b"})


def test_a_key_belongs_to_its_actor(endpoint: Endpoint) -> None:
    endpoint.call(key="k-1")
    other = replace(endpoint.scope, actor=Actor(ActorKind.TOKEN, "other", "token ci"))

    assert Endpoint(other).call(key="k-1").data == {"call": 1}


def test_an_error_keeps_nothing_so_the_call_may_be_made_again(endpoint: Endpoint) -> None:
    endpoint.error = Invalid("No.")
    with pytest.raises(Invalid):
        endpoint.call(key="k-1")
    endpoint.error = None

    assert endpoint.call(key="k-1").data == {"call": 2}


def test_an_answer_with_a_secret_is_not_kept(endpoint: Endpoint) -> None:
    endpoint.secret = True
    endpoint.call(key="k-1")

    with endpoint.scope.entered():
        assert IdempotencyKey.objects.visible_to(endpoint.scope).get().body is None
    with pytest.raises(AnswerWithheld):
        endpoint.call(key="k-1")


@pytest.mark.parametrize("key", ["has space", "x" * 256, "ü"])
def test_a_malformed_key_is_refused(endpoint: Endpoint, key: str) -> None:
    with pytest.raises(KeyMalformed):
        endpoint.call(key=key)


def test_a_key_is_forgotten_after_a_day(endpoint: Endpoint) -> None:
    with endpoint.scope.entered():
        IdempotencyKey.objects.create(
            org_id=endpoint.scope.org_id,
            actor_id=endpoint.scope.actor.id,
            key="k-1",
            fingerprint="old",
            status=200,
            created_at=now() - KEPT_FOR * 2,
        )

    assert endpoint.call(key="k-1").data == {"call": 1}


def own_locks() -> set[tuple[int, int]]:
    """Advisory locks of this connection: other suites may use the server at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid, classid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return set(cursor.fetchall())


@pytest.mark.django_db(transaction=True, databases=["default", "engine", "owner"])
def test_a_call_that_still_runs_is_not_made_twice(alice_scope: Scope) -> None:
    endpoint = Endpoint(alice_scope)
    with alice_scope.entered():
        before = own_locks()
        endpoint.call(key="k-1")
        taken = own_locks() - before
    ((low, high),) = taken
    number = (high << 32) | low
    with connections["engine"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number - (1 << 64) if number >= 1 << 63 else number])
        with pytest.raises(KeyInFlight):
            endpoint.call(key="k-1")
        cursor.execute("SELECT pg_advisory_unlock_all()")


def test_a_dry_run_leaves_nothing(endpoint: Endpoint) -> None:
    tried = endpoint.call(key="k-1", query="?dry_run=true")

    assert (tried.status_code, tried["Dry-Run"]) == (200, "true")
    assert "Location" not in tried
    with endpoint.scope.entered():
        assert not IdempotencyKey.objects.visible_to(endpoint.scope).exists()


def test_a_dry_run_is_asked_for_by_true_or_false(endpoint: Endpoint) -> None:
    with pytest.raises(Invalid, match="true or false"):
        endpoint.call(query="?dry_run=yes")
