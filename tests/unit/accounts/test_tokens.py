"""Machines' bearer tokens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from accounts.actions import tokens
from accounts.api.views import ScopedAPIView
from accounts.models import ApiToken, Membership, Role, User
from console.kernel.clock import now
from console.kernel.errors import ConsoleError, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

pytestmark = pytest.mark.django_db


class Members(ScopedAPIView):
    required_permission = {"GET": Permission.ACCESS_VIEW, "POST": Permission.TOKEN_MANAGE}

    def get(self, request: object) -> Response:
        return Response({"members": Membership.objects.count(), "organization": self.organization.slug})

    def post(self, request: object) -> Response:
        return Response({})

    def delete(self, request: object) -> Response:
        return Response({})


def call(token: str = "", method: str = "get", scheme: str = "Bearer") -> Response:
    headers = {"Authorization": f"{scheme} {token}"} if token else {}
    request = getattr(APIRequestFactory(), method)("/api/v1/members", headers=headers)
    response: Response = Members.as_view()(request)
    return response


@pytest.fixture
def issue(alice_scope: Scope) -> Callable[..., str]:
    def made(name: str = "ci", role: Role = Role.OPERATOR, **fields: object) -> str:
        with alice_scope.entered():
            return tokens.issue_token(scope=alice_scope, name=name, role=role, **fields)[1]  # type: ignore[arg-type]

    return made


def test_a_token_sees_its_own_organization(issue: Callable[..., str], mallory: User) -> None:
    answer = call(issue())
    assert (answer.status_code, answer.data) == (200, {"members": 1, "organization": "acme"})


@pytest.mark.parametrize("token", ["", "byoc_wrong", "nonsense"])
def test_without_a_known_token_the_answer_is_401_and_says_how(token: str) -> None:
    answer = call(token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="byoc-console"'


def test_other_schemes_are_refused(issue: Callable[..., str]) -> None:
    assert call(issue(), scheme="Basic").status_code == 401


def test_a_token_in_the_address_opens_nothing(issue: Callable[..., str]) -> None:
    request = APIRequestFactory().get(f"/api/v1/members?token={issue()}&access_token={issue('two')}")
    assert Members.as_view()(request).status_code == 401


def test_expired_and_revoked_tokens_are_refused(issue: Callable[..., str], alice_scope: Scope) -> None:
    expired, revoked = issue("a", expires_at=now() + timedelta(seconds=60)), issue("b")
    with alice_scope.entered():
        ApiToken.objects.filter(name="a").update(expires_at=now())
        tokens.revoke_token(scope=alice_scope, token_id=ApiToken.objects.get(name="b").pk)
    assert (call(expired).status_code, call(revoked).status_code) == (401, 401)


def test_an_owners_token_still_cannot_do_what_people_must(issue: Callable[..., str]) -> None:
    assert call(issue(role=Role.OWNER), "post").status_code == 403


def test_a_method_without_a_declared_permission_is_refused(issue: Callable[..., str]) -> None:
    assert call(issue(role=Role.OWNER), "delete").status_code == 403


def test_a_method_that_is_not_there_is_405(issue: Callable[..., str]) -> None:
    assert call(issue(), "put").status_code == 405


def test_only_the_digest_is_stored(issue: Callable[..., str], alice_scope: Scope) -> None:
    text = issue()
    with alice_scope.entered(), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_apitoken t")
        (row,) = cursor.fetchone()
    assert text not in row
    assert text[:10] in row


def test_names_are_taken_once(issue: Callable[..., str]) -> None:
    issue("ci")
    with pytest.raises(ConsoleError, match="There is a token called ci"):
        issue("ci")


def test_nobody_issues_a_token_above_themselves(alice_scope: Scope) -> None:
    from dataclasses import replace

    weak = replace(alice_scope, permissions=frozenset({Permission.TOKEN_MANAGE, Permission.ACCESS_VIEW}))
    with alice_scope.entered(), pytest.raises(Refused):
        tokens.issue_token(scope=weak, name="x", role=Role.OPERATOR)


def test_the_use_of_a_token_is_noted(issue: Callable[..., str], alice_scope: Scope) -> None:
    call(issue())
    with alice_scope.entered():
        assert ApiToken.objects.get().last_used_at is not None


def test_the_page_shows_a_new_token_once(client_of: Callable[[User], Client], alice: User) -> None:
    client = client_of(alice)
    response = client.post("/o/acme/settings/tokens/", {"name": "ci", "role": "operator"})
    text = response.context["text"]
    assert text in response.content.decode()
    assert text not in client.get("/o/acme/settings/tokens/").content.decode()
    assert call(text).status_code == 200
