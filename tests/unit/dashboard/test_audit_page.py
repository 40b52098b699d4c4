"""The trail as people read it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.audit.actions import events
from console.audit.models import Outcome
from console.kernel.scope import Scope
from tests.asking import asked
from tests.unit.dashboard.conftest import Get

pytestmark = pytest.mark.django_db


def record(scope: Scope, event: str, *, outcome: Outcome = Outcome.SUCCEEDED, **facts: Any) -> None:
    with scope.entered():
        events.record(scope, event, None, outcome=outcome, **facts)


def test_a_change_shows_before_and_after(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:health-changed", before="healthy", after="degraded")
    text = get("audit")
    assert '<del class="mono">healthy</del>' in text
    assert '<ins class="mono">degraded</ins>' in text


def test_facts_are_words(get: Get, alice_scope: Scope) -> None:
    digest = "f62b522066e4fac9a6e2d12a9f68e47d1a6b9ac84d4afc4f80354f359a3501b8"
    questions = ["account_id", "apps", "backup_days", "cidr", "compliance", "dns"]
    record(alice_scope, "plan:signed", digest=digest, copied_from="", expires_at=None, questions=questions)
    text = get("audit")
    assert f'title="{digest}"' in text
    assert "f62b522066e4…" in text
    assert "account_id, apps, backup_days, cidr and 2 more" in text
    assert "copied from" not in text
    assert "None" not in text.split("<main")[1]


def test_times_are_read_by_people(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "engagement:granted", ends_at="2026-12-25T02:07:57.405761+00:00")
    assert "25 Dec 2026, 02:07 UTC" in get("audit")


def test_the_request_and_the_actor_are_named(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    text = get("audit")
    assert "Alice" in text
    assert "person" in text
    assert "req-test" in text


def test_vendor_staff_is_marked(get: Get, carol_scope: Scope) -> None:
    record(carol_scope, "plan:signed", side="architect")
    assert '<span class="tag">vendor</span>' in get("audit")


def test_the_trail_is_narrowed_by_noun(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    record(alice_scope, "connection:verified")
    text = get("audit", "?event=region")
    assert "region:requested" in text
    assert "connection:verified" not in text


def test_the_trail_is_narrowed_to_refusals(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    record(alice_scope, "region:approved", outcome=Outcome.REFUSED)
    text = get("audit", "?outcome=refused")
    assert "region:requested" not in text
    assert "region:approved" in text
    assert ">refused<" in text or "refused</span>" in text


def test_an_empty_filter_leads_back(get: Get) -> None:
    assert "Show everything" in get("audit", "?event=region")


def test_facts_are_escaped(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested", before="<b>", after="<script>", note="<i>")
    text = get("audit")
    assert "<script>" not in text.split("<main")[1].split("</main")[0]


def test_an_auditor_reads_it_and_a_stranger_does_not(
    bob: User, mallory: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(bob).get("/o/acme/audit/").status_code == 200
    assert client_of(mallory).get("/o/acme/audit/").status_code == 404


def test_pages_follow_one_another(get: Get, alice_scope: Scope) -> None:
    for number in range(3):
        record(alice_scope, "region:requested", number=number)
    assert "rel=&quot;next&quot;" in get("audit", "?limit=2") or 'rel="next"' in get("audit", "?limit=2")


def test_a_broken_page_mark_is_told(alices: Client) -> None:
    assert alices.get("/o/acme/audit/?cursor=nonsense").status_code == 422


def test_the_number_of_questions_does_not_grow(alices: Client, alice_scope: Scope) -> None:
    url = reverse("audit", kwargs={"org": "acme"})
    record(alice_scope, "region:requested")
    few = asked(alices, url)
    for number in range(29):
        record(alice_scope, "region:requested", number=number)
    assert asked(alices, url) == few == 1
