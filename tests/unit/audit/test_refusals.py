"""What is refused stays in the trail, although the request that asked is undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.access import refusals
from accounts.actions.tokens import issue_token
from accounts.models import Organization, Role, User
from console.audit.models import AuditEvent, Outcome
from console.kernel.permissions import Permission
from console.kernel.scope import Scope

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def fresh_bound() -> None:
    cache.clear()


def refused(org: Organization) -> list[AuditEvent]:
    rows = AuditEvent.objects.using("owner").filter(org_id=org.id, event="permission:refused")
    return list(rows.order_by("id"))


def test_a_page_that_is_refused_is_an_event_with_all_that_is_known(
    acme: Organization, bob: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(bob).post("/o/acme/access/invite/").status_code == 403
    (event,) = refused(acme)
    assert (event.outcome, event.actor_id, event.source) == (Outcome.REFUSED, str(bob.id), "web")
    assert event.facts == {"permission": "access:manage", "why": "permission"}
    assert event.authentication == "password+totp"
    assert len(event.session_id) == 16
    assert event.request_id


def test_a_call_that_is_refused_is_one_too(acme: Organization, alice_scope: Scope) -> None:
    with alice_scope.entered():
        _, token = issue_token(scope=alice_scope, name="reader", role=Role.AUDITOR)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
    answer = Client().post("/api/v1/projects", {"name": "x"}, content_type="application/json", headers=headers)
    assert answer.status_code == 403
    (event,) = refused(acme)
    assert (event.source, event.authentication, event.session_id) == ("api", "token", "")
    assert event.facts["permission"] == "project:manage"


def test_an_act_that_asks_for_the_second_factor_again_is_one(
    acme: Organization, alice: User, client_of: Callable[[User], Client], settings: Any
) -> None:
    settings.STEP_UP_MAX_AGE = timedelta(seconds=-1)
    assert client_of(alice).post("/o/acme/access/invite/").status_code == 303
    assert [event.facts["why"] for event in refused(acme)] == ["second factor"]


def test_a_scope_that_is_not_an_actors_own_organization_is_never_written_to(
    acme: Organization, mallory: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(mallory).post("/o/acme/access/invite/").status_code == 404
    assert refused(acme) == []


def test_somebody_who_tries_all_day_does_not_fill_the_trail(acme: Organization, alice_scope: Scope) -> None:
    for _ in range(refusals.MOST_A_MINUTE + 30):
        refusals.record(alice_scope, Permission.ACCESS_MANAGE)
    assert len(refused(acme)) == refusals.MOST_A_MINUTE


def test_staff_are_told_with_their_engagement(
    acme: Organization, carol: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(carol).post("/o/acme/access/invite/").status_code == 403
    (event,) = refused(acme)
    assert event.actor_kind == "staff"
    assert event.engagement_id is not None
