"""The trail, read by a machine."""

import json
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from console.audit.actions import events
from console.audit.models import AuditEvent, Outcome
from console.kernel.clock import now
from console.kernel.ids import first_id, new_id
from console.kernel.scope import Scope
from regions.models import Region
from tests.asking import asked
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem

pytestmark = pytest.mark.django_db


def record(scope: Scope, event: str, target: Any = None, **said: Any) -> AuditEvent:
    with scope.entered():
        events.record(scope, event, target, **said)
        return AuditEvent.objects.visible_to(scope).newest_first()[0]


def codes(answer: Any) -> list[str]:
    return [item["event"] for item in answer.json()["items"]]


def test_events_are_listed_newest_first_at_any_time(reader: Machine, alice_scope: Scope) -> None:
    old = now() - timedelta(days=100)
    event = AuditEvent(
        id=first_id(old), org_id=alice_scope.org_id, at=old, event="region:failed", actor_kind="system"
    )
    with alice_scope.entered():
        events.sealed(event).save(force_insert=True)
    record(alice_scope, "region:requested")
    assert [code for code in codes(reader.get("audit/events")) if code.startswith("region")] == [
        "region:requested",
        "region:failed",
    ]


def test_an_event_tells_everything_and_its_link(
    reader: Machine, alice_scope: Scope, frankfurt: Region, alice: User
) -> None:
    event = record(alice_scope, "region:changed", frankfurt, changes={"nodes": (10, 12)}, reason="More load")
    body = reader.get(f"audit/events/{event.pk}").json()
    assert (body["event"], body["outcome"], body["actor_id"]) == ("region:changed", "succeeded", str(alice.pk))
    assert (body["target_type"], body["target_id"]) == ("region", str(frankfurt.pk))
    assert (body["changes"], body["reason"], body["request_id"]) == ({"nodes": [10, 12]}, "More load", "req-test")
    assert {"seq", "hash", "canonical", "salt"} & body.keys() == {"seq", "hash"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("event=region", ["region:approved", "region:requested"]),
        ("event=region:approved", ["region:approved"]),
        ("outcome=refused", ["region:approved"]),
        ("q=frankfurt&event=region:requested", ["region:requested"]),
        ("until=2020-01-01T00:00:00Z", []),
    ],
)
def test_the_filters_are_those_of_the_page(
    reader: Machine, alice_scope: Scope, frankfurt: Region, query: str, found: list[str]
) -> None:
    record(alice_scope, "region:requested", frankfurt)
    record(alice_scope, "region:approved", frankfurt, outcome=Outcome.REFUSED)
    assert codes(reader.get(f"audit/events?{query}")) == found


def test_what_cannot_be_asked_is_a_problem(reader: Machine) -> None:
    assert_problem(reader.get("audit/events?since=yesterday"), 422, "invalid")


def test_pages_go_on_from_their_cursor(reader: Machine, alice_scope: Scope) -> None:
    for number in range(3):
        record(alice_scope, "region:requested", number=number)
    first = reader.get("audit/events?event=region:requested&limit=2").json()
    rest = reader.get(f"audit/events?event=region:requested&limit=2&cursor={first['next_cursor']}").json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, ""]


def test_a_list_asks_twice_however_long(reader: Machine, alice_scope: Scope) -> None:
    for number in range(30):
        record(alice_scope, "region:requested", number=number)
    from django.test import Client

    headers = {"Authorization": f"Bearer {reader.token}"}
    assert asked(Client(), "/api/v1/audit/events", **headers) == 2


def test_another_organizations_events_are_not_there(foreign: Machine, alice_scope: Scope) -> None:
    event = record(alice_scope, "region:requested")
    assert_problem(foreign.get(f"audit/events/{event.pk}"), 404, "not_found")
    assert "region:requested" not in codes(foreign.get("audit/events"))


def test_an_unknown_event_is_not_found(reader: Machine) -> None:
    assert_problem(reader.get(f"audit/events/{new_id()}"), 404, "not_found")


def test_without_a_token_nothing_is_read() -> None:
    assert_problem(Machine().get("audit/events"), 401, "not_authenticated")


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_trail_is_exported_to_a_machine(reader: Machine, foreign: Machine, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    response = reader.get("audit/export?after=1")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert response["Content-Type"] == "application/jsonl"
    assert "region:requested" in lines[1]
    assert json.loads(lines[-1])["foot"]["next_after"] == int(response["Audit-Through"])
    assert "region:requested" not in b"".join(foreign.get("audit/export").streaming_content).decode()
    table = reader.get("audit/export?as=csv&event=region")
    assert (table["Content-Type"], len(b"".join(table.streaming_content).splitlines())) == (
        "text/csv; charset=utf-8",
        2,
    )
    assert_problem(reader.get("audit/export?after=x"), 422, "invalid")
    assert_problem(reader.get("audit/export?as=xml"), 404, "not_found")
