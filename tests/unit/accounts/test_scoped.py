"""The door of every page of an organization."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.actions.engagements import revoke_engagement
from accounts.models import Engagement, Membership, Organization, User
from console.kernel.clock import now
from console.kernel.scope import Scope
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]


def test_a_member_gets_in(client_of: ClientOf, alice: User) -> None:
    response = client_of(alice).get("/o/acme/access/")
    assert response.status_code == 200
    assert b"alice@example.com" in response.content


def test_an_outsider_gets_the_404_of_an_organization_that_does_not_exist(
    client_of: ClientOf, alice: User, mallory: User
) -> None:
    client = client_of(mallory)
    real, unknown = client.get("/o/acme/access/"), client.get("/o/nothing-here/access/")
    assert (real.status_code, unknown.status_code) == (404, 404)
    bodies = [response.content.replace(response["X-Request-ID"].encode(), b"") for response in (real, unknown)]
    assert len(bodies[0]) == len(bodies[1])


def test_a_member_without_the_permission_gets_403(client_of: ClientOf, bob: User) -> None:
    response = client_of(bob).get("/o/acme/access/invite/")
    assert response.status_code == 403
    assert b"access:manage" in response.content


def test_the_anonymous_are_sent_to_sign_in_and_back(acme: Organization, client: Client) -> None:
    response = client.get("/o/acme/access/?x=1")
    assert response.status_code == 303
    assert response["Location"] == "/account/login/?next=%2Fo%2Facme%2Faccess%2F%3Fx%3D1"


def test_a_fragment_takes_the_whole_window_to_sign_in(acme: Organization, client: Client) -> None:
    response = client.get(
        "/o/acme/access/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/o/acme/access/?a=b"}
    )
    assert response["HX-Redirect"] == "/account/login/?next=%2Fo%2Facme%2Faccess%2F%3Fa%3Db"


def test_an_architect_sees_while_engaged_and_not_a_moment_longer(
    client_of: ClientOf, carol: User, alice_scope: Scope
) -> None:
    client = client_of(carol)
    assert client.get("/o/acme/access/").status_code == 200
    assert client.get("/o/acme/access/invite/").status_code == 403
    with alice_scope.entered():
        engagement = Engagement.objects.visible_to(alice_scope).get()
        revoke_engagement(scope=alice_scope, engagement_id=engagement.pk)
    assert client.get("/o/acme/access/").status_code == 404


def test_an_engagement_that_ended_opens_nothing(client_of: ClientOf, carol: User, alice_scope: Scope) -> None:
    with alice_scope.entered():
        Engagement.objects.update(starts_at=now() - timedelta(days=2), ends_at=now() - timedelta(days=1))
    assert client_of(carol).get("/o/acme/access/").status_code == 404


def test_a_stale_second_factor_stops_a_sensitive_act_and_keeps_nothing_of_it(alice: User, bob: User) -> None:
    client = sign_in(Client(), alice, shown_seconds_ago=11 * 60)
    response = client.post(
        "/o/acme/access/invite/",
        {"email": "new@example.com", "role": "owner"},
        headers={"Referer": "http://testserver/o/acme/access/invite/"},
    )
    assert response.status_code == 303
    assert response["Location"] == "/account/second-factor/again/?next=%2Fo%2Facme%2Faccess%2Finvite%2F"
    assert "new@example.com" not in str(dict(client.session))


def test_a_stale_second_factor_may_still_read(alice: User) -> None:
    client = sign_in(Client(), alice, shown_seconds_ago=11 * 60)
    assert client.get("/o/acme/access/invite/").status_code == 200


def test_the_way_back_never_leads_elsewhere(alice: User) -> None:
    client = sign_in(Client(), alice, shown_seconds_ago=11 * 60)
    response = client.post("/o/acme/access/invite/", {}, headers={"Referer": "https://evil.example/x"})
    assert response["Location"] == "/account/second-factor/again/"


def test_a_view_that_fails_leaves_nothing_behind(client_of: ClientOf, alice: User, alice_scope: Scope) -> None:
    with alice_scope.entered():
        membership = Membership.objects.visible_to(alice_scope).get()
    response = client_of(alice).post(f"/o/acme/access/members/{membership.pk}/remove/")
    assert response.status_code == 409
    with alice_scope.entered():
        assert Membership.objects.visible_to(alice_scope).count() == 1
