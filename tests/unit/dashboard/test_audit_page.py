"""The trail as people read it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.audit.actions import events
from console.audit.models import AuditEvent, Outcome
from console.dashboard.readings import audit_activity
from console.kernel.clock import now
from console.kernel.ids import first_id, new_id
from console.kernel.scope import Scope
from regions.models import Region
from tests.asking import asked
from tests.unit.dashboard.conftest import Get

pytestmark = pytest.mark.django_db

FIRST_PAGE = 9
"""Questions about the trail: the list, its bars, the link of the open event, what is around it, a chip's count,
and for the head the newest verification, one that goes on, the newest checkpoint, and the retention."""


def record(
    scope: Scope, event: str, target: Any = None, *, outcome: Outcome = Outcome.SUCCEEDED, **facts: Any
) -> AuditEvent:
    with scope.entered():
        events.record(scope, event, target, outcome=outcome, **facts)
        return AuditEvent.objects.visible_to(scope).newest_first()[0]


def recorded_before(scope: Scope, age: timedelta, event: str = "region:requested") -> AuditEvent:
    return written(scope, now() - age, event=event)


def written(scope: Scope, at: datetime, **columns: Any) -> AuditEvent:
    """An event of another time than now."""
    event = AuditEvent(
        id=first_id(at),
        org_id=scope.org_id,
        at=at,
        actor_kind="user",
        actor_id="1",
        actor_label="Alice",
        **columns,
    )
    with scope.entered():
        events.sealed(event).save(force_insert=True)
    return event


def listed(text: str) -> str:
    """The rows of the list alone."""
    return text.split("<tbody>")[-1].split("</tbody>")[0] if "<tbody>" in text else ""


def rows(text: str, event: str) -> int:
    return text.split('<div class="split">')[-1].split("<aside")[0].count(f">{event}</a>")


# --- the list ---


def test_the_newest_event_stands_first_and_open_beside_the_list(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    newest = record(alice_scope, "connection:verified")
    text = get("audit")
    assert text.index(">connection:verified</a>") < text.index(">region:requested</a>")
    assert f'id="event-{newest.pk}" aria-current="true"' in text
    assert 'id="event-title" class="mono evt">connection:verified' in text


def test_another_event_is_opened_by_the_address(get: Get, alice_scope: Scope) -> None:
    older = record(alice_scope, "region:requested")
    record(alice_scope, "connection:verified")
    text = get("audit", f"?show={older.pk}")
    assert f'id="event-{older.pk}" aria-current="true"' in text
    assert 'id="event-title" class="mono evt">region:requested' in text


def test_a_row_keeps_the_filters_when_it_opens(get: Get, alice_scope: Scope) -> None:
    found = record(alice_scope, "region:requested")
    assert f'href="?event=region&amp;show={found.pk}#event"' in get("audit", "?event=region")


def test_a_fragment_is_answered_to_htmx_alone(alices: Client, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    text = alices.get("/o/acme/audit/", headers={"HX-Request": "true"}).content.decode()
    assert text.strip().startswith('<section class="stack" id="trail"')


def test_vendor_staff_is_marked(get: Get, carol_scope: Scope) -> None:
    record(carol_scope, "plan:signed", side="architect")
    assert '<span class="tag">vendor</span>' in get("audit")


def test_pages_follow_one_another(get: Get, alice_scope: Scope) -> None:
    for number in range(3):
        record(alice_scope, "region:requested", number=number)
    assert 'rel="next"' in get("audit", "?limit=2")


def test_a_broken_page_mark_is_told(alices: Client) -> None:
    assert alices.get("/o/acme/audit/?cursor=nonsense").status_code == 422


def test_an_organization_where_nothing_happened_is_told_so(get: Get) -> None:
    assert "Nothing has happened yet." in get("audit")


def test_the_number_of_questions_does_not_grow(alices: Client, alice_scope: Scope) -> None:
    url = reverse("audit", kwargs={"org": "acme"})
    record(alice_scope, "region:requested")
    few = asked(alices, url)
    for number in range(29):
        record(alice_scope, "region:requested", number=number)
    assert asked(alices, url) == few == FIRST_PAGE


# --- who may read it ---


def test_an_auditor_reads_it_and_a_stranger_does_not(
    bob: User, mallory: User, client_of: Callable[[User], Client], alice_scope: Scope
) -> None:
    event = record(alice_scope, "region:requested")
    for path in ("", f"events/{event.pk}/", f"history/region/{new_id()}/"):
        assert client_of(mallory).get(f"/o/acme/audit/{path}").status_code == 404
    assert client_of(bob).get("/o/acme/audit/").status_code == 200
    assert client_of(bob).get(f"/o/acme/audit/events/{event.pk}/").status_code == 200


def test_another_organizations_event_is_not_there(
    mallory: User, mallory_scope: Scope, client_of: Callable[[User], Client], alice_scope: Scope
) -> None:
    event = record(alice_scope, "region:requested")
    mallorys = client_of(mallory)
    assert mallorys.get(f"/o/evil2/audit/events/{event.pk}/").status_code == 404
    assert "region:requested" not in mallorys.get(f"/o/evil2/audit/?show={event.pk}&period=all").content.decode()


# --- filters ---


@pytest.fixture
def told(alice_scope: Scope, carol_scope: Scope, frankfurt: Region) -> None:
    """Six events that differ in everything that can be asked for."""
    operation, request = new_id(), "req_one"
    record(replace(alice_scope, operation_id=operation), "operation:started")
    record(replace(alice_scope, request_id=request, session_id="session-1"), "region:requested", frankfurt)
    record(replace(carol_scope, request_id="req_two"), "plan:signed")
    record(alice_scope, "region:approved", frankfurt, outcome=Outcome.REFUSED)
    record(alice_scope, "connection:verified", outcome=Outcome.FAILED, reason="Roll-out of Zürich")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?event=region", {"region:requested", "region:approved"}),
        ("?event=region:approved", {"region:approved"}),
        ("?outcome=refused", {"region:approved"}),
        ("?outcome=failed", {"connection:verified"}),
        ("?actor_kind=staff", {"plan:signed"}),
        ("?request_id=req_one", {"region:requested"}),
        ("?session_id=session-1", {"region:requested"}),
        ("?q=carol", {"plan:signed"}),
        ("?q=zürich+roll", {"connection:verified"}),
        ("?q=frankfurt", {"region:requested", "region:approved"}),
        ("?q=req_two", {"plan:signed"}),
        ("?q=frankfurt&outcome=refused", {"region:approved"}),
        ("?event=region:requested&actor_kind=user", {"region:requested"}),
        ("?event=region:requested&actor_kind=staff", set()),
        ("?q=nobody", set()),
        ("?q=it's+\\+%26+'", set()),
    ],
)
@pytest.mark.usefixtures("told")
def test_the_trail_is_narrowed_by_its_address(get: Get, query: str, shown: set[str]) -> None:
    every = ("operation:started", "region:requested", "plan:signed", "region:approved", "connection:verified")
    text = get("audit", query)
    assert {event for event in every if rows(text, event)} == shown


@pytest.mark.usefixtures("told")
def test_the_trail_is_narrowed_to_one_thing(get: Get, frankfurt: Region) -> None:
    text = get("audit", f"?target=region:{frankfurt.pk}")
    assert (rows(text, "region:requested"), rows(text, "plan:signed")) == (1, 0)
    assert rows(get("audit", f"?q={frankfurt.pk}"), "region:requested") == 1


@pytest.mark.usefixtures("told")
def test_the_trail_is_narrowed_to_one_person(get: Get, carol: User) -> None:
    text = get("audit", f"?actor={carol.pk}")
    assert (rows(text, "region:requested"), rows(text, "plan:signed")) == (0, 1)
    assert "Who: Carol" in text


def test_a_search_goes_on_page_by_page_however_far_back(alices: Client, alice_scope: Scope) -> None:
    for days in (0, 1, 5, 40, 400, 2000):
        recorded_before(alice_scope, timedelta(days=days, minutes=1), "region:failed")
        recorded_before(alice_scope, timedelta(days=days, minutes=2), "region:attached")
    url, seen = "/o/acme/audit/?period=all&q=failed&limit=2", 0
    while url:
        text = alices.get(url).content.decode()
        assert rows(text, "region:attached") == 0
        seen += rows(text, "region:failed")
        following = re.search(r'href="(\?[^"]*cursor=[^"]*)"[^>]*rel="next"', text)
        url = f"/o/acme/audit/{following[1].replace('&amp;', '&')}" if following else ""
    assert seen == 6


def test_an_operation_is_found_at_any_time(get: Get, alice_scope: Scope) -> None:
    operation = new_id()
    written(alice_scope, now() - timedelta(days=40), event="operation:started", operation_id=operation)
    assert rows(get("audit", f"?operation_id={operation}"), "operation:started") == 1


def test_the_last_24_hours_are_shown_unless_another_time_is_asked_for(get: Get, alice_scope: Scope) -> None:
    recorded_before(alice_scope, timedelta(days=3), "region:failed")
    recorded_before(alice_scope, timedelta(hours=3), "region:attached")
    assert rows(get("audit"), "region:failed") == 0
    assert rows(get("audit", "?period=7d"), "region:failed") == 1
    assert rows(get("audit", "?period=1h"), "region:attached") == 0


def test_a_time_is_named_by_its_ends(get: Get, alice_scope: Scope) -> None:
    recorded_before(alice_scope, timedelta(days=3), "region:failed")
    recorded_before(alice_scope, timedelta(days=9), "region:attached")
    since, until = (f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (4, 2))
    text = get("audit", f"?since={since}&until={until}")
    assert (rows(text, "region:failed"), rows(text, "region:attached")) == (1, 0)


def test_an_empty_filter_leads_back(get: Get, alice_scope: Scope) -> None:
    recorded_before(alice_scope, timedelta(days=3))
    text = get("audit", "?event=connection")
    assert "Show everything" in text
    assert "Look at any time" in text


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "outcome=good", "event=<b>", "target=x", "operation_id=7", "period=2d", f"q={'a' * 201}"],
)
def test_what_cannot_be_asked_is_told(alices: Client, query: str) -> None:
    response = alices.get(f"/o/acme/audit/?{query}")
    assert response.status_code == 422
    assert query.partition("=")[0] in response.content.decode()


def test_filters_that_are_on_take_themselves_away(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    assert '<a class="chip chip--on" href="?period=7d">Event: region' in get("audit", "?event=region&period=7d")


# --- activity ---


def test_bars_count_what_happened_and_what_was_refused(get: Get, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    record(alice_scope, "region:approved", outcome=Outcome.REFUSED)
    text = get("audit")
    assert '<b class="num">2</b> events, <span class="up med num">1 refused or failed</span>' in text
    assert '<rect class="hist__bad"' in text
    assert 'role="img" aria-label="2 events from ' in text


def test_long_spans_are_read_off_the_chain(get: Get, alice_scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_activity, "EXACTLY", 3)
    for hours in (9, 9, 9, 5, 1, 1):
        recorded_before(alice_scope, timedelta(hours=hours))
    record(alice_scope, "region:approved", outcome=Outcome.REFUSED)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at commit: every event gets its link
    text = get("audit")
    assert '<b class="num">7</b> events, <span class="up med num">1 refused or failed</span>' in text
    counted = re.findall(r'<td class="num">(\d+)</td><td class="num">\d+</td>', text.split("As a table")[1])
    assert [int(each) for each in counted] == [1, 2, 1, 3]


def test_the_bars_are_a_table_too(get: Get, alice_scope: Scope) -> None:
    recorded_before(alice_scope, timedelta(hours=3))
    record(alice_scope, "region:requested")
    table = get("audit").split("As a table")[1].split("</table>")[0]
    assert table.count('<th scope="row">') == 2


# --- one event ---


@pytest.fixture
def page_of(get: Get) -> Callable[[AuditEvent], str]:
    return lambda event: get("audit-event", event_id=event.pk)


Page = Callable[[AuditEvent], str]


def test_an_event_is_a_sentence_with_a_link(page_of: Page, alice_scope: Scope, frankfurt: Region) -> None:
    text = page_of(record(alice_scope, "region:approved", frankfurt))
    assert "<b>Alice</b> approved region" in text
    assert f'href="{reverse("region", kwargs={"org": "acme", "region_id": frankfurt.pk})}"' in text


def test_a_code_without_a_sentence_of_its_own_still_reads(
    page_of: Page, alice_scope: Scope, frankfurt: Region
) -> None:
    assert "<b>Alice</b> revealed the value of secret" in page_of(
        record(alice_scope, "secret:value-revealed", frankfurt)
    )


def test_a_change_shows_before_and_after(page_of: Page, alice_scope: Scope) -> None:
    text = page_of(record(alice_scope, "region:health-changed", changes={"node_limit": (10, 12)}))
    assert 'scope="rowgroup">node limit</th>' in text
    assert '<span class="vh">before </span>10</td>' in text
    assert '<span class="vh">after </span>12</td>' in text


def test_facts_named_before_and_after_are_a_change_too(page_of: Page, alice_scope: Scope) -> None:
    text = page_of(record(alice_scope, "region:health-changed", before="healthy", after="degraded"))
    assert 'scope="rowgroup">health</th>' in text
    assert "</span>healthy</td>" in text


def test_facts_are_words(page_of: Page, alice_scope: Scope) -> None:
    digest = "f62b522066e4fac9a6e2d12a9f68e47d1a6b9ac84d4afc4f80354f359a3501b8"
    questions = ["account_id", "apps", "backup_days", "cidr", "compliance", "dns"]
    told: dict[str, Any] = {"digest": digest, "copied_from": "", "expires_at": None, "questions": questions}
    text = page_of(record(alice_scope, "plan:signed", **told)).split("Link in the chain")[0]
    assert f'title="{digest}"' in text
    assert "f62b522066e4…" in text
    assert "account_id, apps, backup_days, cidr and 2 more" in text
    assert "Copied from" not in text
    assert "None" not in text.split("<main")[1]


def test_times_are_read_by_people(page_of: Page, alice_scope: Scope) -> None:
    event = record(alice_scope, "engagement:granted", ends_at="2026-12-25T02:07:57.405761+00:00")
    assert "25 Dec 2026, 02:07 UTC" in page_of(event)


def test_the_request_the_session_and_the_actor_are_named(page_of: Page, alice_scope: Scope) -> None:
    scope = replace(alice_scope, session_id="7f2c", authentication="password+totp", source_ip="198.51.100.24")
    text = page_of(record(scope, "region:requested", reason="Payments need it"))
    for said in ("Alice", "person", "req-test", "7f2c", "password+totp", "198.51.100.24", "“Payments need it”"):
        assert said in text


def test_what_is_told_is_escaped(page_of: Page, alice_scope: Scope) -> None:
    text = page_of(record(alice_scope, "region:requested", before="<b>", after="<script>", note="<i>"))
    assert "<script>" not in text.split("<main")[1].split("</main")[0]


def test_a_refusal_says_that_nothing_changed(page_of: Page, alice_scope: Scope) -> None:
    event = record(alice_scope, "region:approved", outcome=Outcome.REFUSED)
    assert "It was refused, and nothing changed." in page_of(event)


def test_everything_around_it_is_one_click_away(page_of: Page, alice_scope: Scope, frankfurt: Region) -> None:
    operation = new_id()
    during = replace(alice_scope, operation_id=operation)
    record(during, "operation:started")
    event = record(during, "region:approved", frankfurt)
    text = page_of(event)
    assert "1 other event of the same operation" in text
    assert f"/o/acme/audit/?operation_id={operation}" in text
    assert text.count("operation:started</a>") >= 1


# --- the history of a thing ---


def test_a_thing_has_its_history(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    record(alice_scope, "region:requested", frankfurt)
    record(alice_scope, "connection:verified")
    text = get("history", kind="region", key=str(frankfurt.pk))
    assert ">region:requested</a>" in text
    assert "connection:verified" not in text
    tabs = text.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert f'href="/o/acme/audit/history/region/{frankfurt.pk}/" aria-current="page">History</a>' in tabs
    assert ">Resources</a>" in tabs


def test_what_is_gone_keeps_its_history(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    record(alice_scope, "region:requested", frankfurt)
    key = str(frankfurt.pk)
    with alice_scope.entered():
        frankfurt.delete()
    assert ">region:requested</a>" in get("history", kind="region", key=key)


@pytest.mark.parametrize("path", ["region/not-an-id", "nothing/7"])
def test_the_history_of_nothing_is_not_found(alices: Client, path: str) -> None:
    assert alices.get(f"/o/acme/audit/history/{path}/").status_code == 404
