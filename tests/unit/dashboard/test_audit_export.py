"""The trail as a file that proves its own completeness."""

import csv
import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import Organization, User
from console.audit.actions import events
from console.audit.models import AuditEvent, AuditLink
from console.kernel.scope import Scope
from tests.benchmarks import trail

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PATH = "/o/acme/audit/export/"


@pytest.fixture
def alices(alice: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(alice)


def record(scope: Scope, event: str, **said: Any) -> None:
    with scope.entered():
        events.record(scope, event, None, **said)


def sent(client: Client, kind: str = "jsonl", query: str = "") -> str:
    response = client.get(f"{PATH}{kind}{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def parsed(text: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    head, *lines, foot = (json.loads(line) for line in text.splitlines())
    return head["head"], lines, foot["foot"]


def recomputed(org_id: UUID, before: str, lines: list[dict[str, Any]]) -> str:
    """Walk the chain as a receiver would, with nothing but the lines and SHA-256."""
    known = bytes.fromhex(before)
    for line in lines:
        digest = hashlib.sha256(bytes.fromhex(line["salt"]) + line["canonical"].encode()).digest()
        assert digest.hex() == line["digest"]
        place = line["seq"].to_bytes(8, "big") + UUID(line["event_id"]).bytes
        known = hashlib.sha256(known + org_id.bytes + place + digest).digest()
        assert known.hex() == line["hash"]
    return known.hex()


@pytest.fixture
def told(alice_scope: Scope) -> None:
    for number in range(5):
        record(alice_scope, "region:requested", number=number, note="=2+3", name="Zürich")


@pytest.mark.usefixtures("told")
def test_a_receiver_recomputes_the_chain_from_the_lines(alices: Client, acme: Organization) -> None:
    head, lines, foot = parsed(sent(alices))
    assert [line["seq"] for line in lines] == list(range(1, head["through"] + 1))
    assert recomputed(acme.id, head["before_hash"], lines) == head["hash"] == foot["hash"]
    assert (head["complete"], foot["lines"], foot["next_after"]) == (True, len(lines), head["through"])


@pytest.mark.usefixtures("told")
def test_the_next_export_goes_on_where_the_last_ended(
    alices: Client, acme: Organization, alice_scope: Scope
) -> None:
    first, _, foot = parsed(sent(alices))
    record(alice_scope, "region:approved")
    head, lines, _ = parsed(sent(alices, query=f"?after={foot['next_after']}"))
    assert head["before_hash"] == first["hash"]
    assert [json.loads(line["canonical"])["event"] for line in lines] == ["trail:exported", "region:approved"]
    assert recomputed(acme.id, first["hash"], lines) == head["hash"]


@pytest.mark.usefixtures("told")
def test_an_export_is_an_event_of_the_trail(alices: Client, alice_scope: Scope) -> None:
    sent(alices, "csv", "?after=2")
    with alice_scope.entered():
        told = AuditEvent.objects.visible_to(alice_scope).newest_first()[0]
    assert (told.event, told.facts["format"], told.facts["after"]) == ("trail:exported", "csv", 2)


@pytest.mark.usefixtures("told")
def test_headers_promise_what_the_file_ends_with(alices: Client) -> None:
    response = alices.get(f"{PATH}jsonl")
    head, lines, _ = parsed(b"".join(response.streaming_content).decode())  # type: ignore[attr-defined]
    assert response["Audit-Through"] == str(lines[-1]["seq"])
    assert response["Audit-Hash"] == lines[-1]["hash"]
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == f'attachment; filename="acme-audit-1-{head["through"]}.jsonl"'


@pytest.mark.usefixtures("told")
def test_csv_carries_the_same_proof_and_no_formula(alices: Client, acme: Organization) -> None:
    found = list(csv.DictReader(io.StringIO(sent(alices, "csv"))))
    lines: list[dict[str, Any]] = [{**row, "seq": int(row["seq"])} for row in found]
    assert recomputed(acme.id, "0" * 64, lines) == found[-1]["hash"]
    assert found[0]["actor_label"] == "Alice"
    assert not any(cell.startswith(("=", "+", "@")) for row in found for cell in row.values())


@pytest.mark.usefixtures("told")
def test_what_is_narrowed_is_said_to_be_a_selection(alices: Client, alice_scope: Scope) -> None:
    record(alice_scope, "region:approved")
    for query in ("?event=region:approved", "?event=region&q=approved"):
        head, lines, _ = parsed(sent(alices, query=query))
        assert not head["complete"]
        assert [json.loads(line["canonical"])["event"] for line in lines] == ["region:approved"]


@pytest.mark.usefixtures("told")
def test_a_purged_event_leaves_its_link(alices: Client, alice_scope: Scope) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE seq = 2)")
    _, lines, _ = parsed(sent(alices))
    assert [line["seq"] for line in lines[:3]] == [1, 2, 3]
    assert (lines[1]["canonical"], lines[1]["salt"]) == (None, None)
    assert "\r\n2,," in sent(alices, "csv")


def test_an_organization_gets_its_own_alone(
    alices: Client, alice_scope: Scope, mallory: User, mallory_scope: Scope, client_of: Callable[[User], Client]
) -> None:
    record(alice_scope, "region:requested")
    record(mallory_scope, "region:failed")
    mallorys = client_of(mallory)
    assert mallorys.get(f"{PATH}jsonl").status_code == 404
    text = b"".join(mallorys.get("/o/evil2/audit/export/jsonl").streaming_content).decode()  # type: ignore[attr-defined]
    assert "region:failed" in text
    assert "region:requested" not in text


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?outcome=good"])
def test_what_cannot_be_asked_is_told(alices: Client, query: str) -> None:
    assert alices.get(f"{PATH}jsonl{query}").status_code == 422


def test_an_unknown_format_is_not_found(alices: Client) -> None:
    assert alices.get(f"{PATH}xml").status_code == 404


def test_the_filters_of_the_list_are_carried_into_the_export(alices: Client, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    assert f'href="{PATH}?event=region"' in alices.get("/o/acme/audit/?event=region").content.decode()
    assert f'href="{PATH}"' in alices.get("/o/acme/audit/").content.decode()


def test_the_page_offers_both_formats_and_says_how_to_prove_it(alices: Client, alice_scope: Scope) -> None:
    record(alice_scope, "region:requested")
    text = alices.get(PATH).content.decode()
    assert "Download JSON Lines" in text
    assert "Download CSV" in text
    assert "A selection, which proves less" not in text
    assert "A selection, which proves less" in alices.get(f"{PATH}?event=region").content.decode()


@pytest.fixture
def long_trail(acme: Organization, alice_scope: Scope) -> int:
    many = 20_000
    with trail.filling():
        trail.fill(acme.id, many)
    return many


def test_memory_stays_flat_however_long_the_trail(alices: Client, long_trail: int, alice_scope: Scope) -> None:
    response: Any = alices.get(f"{PATH}jsonl")
    tracemalloc.start()
    length = sum(len(part) for part in response.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length > 10_000_000
    assert peak < length / 3
    with alice_scope.entered():
        assert AuditLink.objects.visible_to(alice_scope).count() > long_trail
