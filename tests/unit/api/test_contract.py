"""What every call of the Management API keeps: who calls, how errors look, how lists go on."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from console.kernel.ids import new_id
from console.kernel.scope import Scope
from console.operations.states import OperationState
from regions.models import Region
from tests import scenes
from tests.asking import asked
from tests.unit.api.conftest import Machine

pytestmark = pytest.mark.django_db

LISTS = ["regions", "operations"]
DRIFT = [
    "regions/{region}/findings",
    "regions/{region}/scans",
    "regions/{region}/drift-policy",
    "findings/{finding}",
]
ONE = [
    *DRIFT,
    "regions/{region}",
    "regions/{region}/resources",
    "operations/{operation}",
    "operations/{operation}/steps",
]
ACTS = [
    "regions/{region}/deprovision",
    "regions/{region}/reconcile",
    "findings/{finding}/revert",
    "findings/{finding}/snooze",
    "findings/{finding}/wake",
    "operations/{operation}/retry",
    "operations/{operation}/cancel",
    "operations/{operation}/steps/network/retry",
]


@pytest.fixture
def ids(alice_scope: Scope, frankfurt: Region) -> dict[str, str]:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.RUNNING)
    finding = scenes.finding(alice_scope, frankfurt)
    return {"region": str(frankfurt.id), "operation": str(operation.id), "finding": str(finding.id)}


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), body
    assert (body["status"], body["code"]) == (status, code)
    for member in ("type", "title", "detail", "todo", "request_id"):
        assert body[member], f"{member} is missing: {body}"
    assert response["X-Request-Id"] == body["request_id"]
    return body


@pytest.mark.parametrize("path", [*LISTS, *ONE])
def test_without_a_token_nothing_is_read(path: str, ids: dict[str, str]) -> None:
    response = Machine().get(path.format(**ids))
    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="byoc-console"'


@pytest.mark.parametrize("path", ACTS)
def test_without_a_token_nothing_is_done(path: str, ids: dict[str, str]) -> None:
    assert_problem(Machine().post(path.format(**ids)), 401, "not_authenticated")


def test_an_unknown_token_is_refused(ids: dict[str, str]) -> None:
    response = Machine("byoc_nothing").get("regions")
    assert_problem(response, 401, "authentication_failed")
    assert response["WWW-Authenticate"]


def test_a_session_is_no_token(alice: Any, client_of: Any) -> None:
    assert client_of(alice).get("/api/v1/regions").status_code == 401


@pytest.mark.parametrize("path", ONE)
def test_what_is_another_organizations_is_not_there(path: str, ids: dict[str, str], foreign: Machine) -> None:
    assert_problem(foreign.get(path.format(**ids)), 404, "not_found")


@pytest.mark.parametrize("path", ACTS)
def test_nobody_acts_on_what_is_another_organizations(path: str, ids: dict[str, str], foreign: Machine) -> None:
    response = foreign.post(path.format(**ids), {"name": "frankfurt"})
    assert_problem(response, 404, "not_found")


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_ones_own_alone(path: str, ids: dict[str, str], foreign: Machine, machine: Machine) -> None:
    assert foreign.get(path).json() == {"items": [], "next_cursor": ""}
    assert len(machine.get(path).json()["items"]) == 1


@pytest.mark.parametrize("path", [*ACTS, "regions"])
def test_a_token_that_only_reads_does_nothing(path: str, ids: dict[str, str], reader: Machine) -> None:
    body = assert_problem(reader.post(path.format(**ids), {"plan_id": str(new_id())}), 403, "refused")
    assert "needs the permission" in body["detail"]


@pytest.mark.parametrize("path", [*LISTS, *ONE])
def test_a_token_that_only_reads_reads(path: str, ids: dict[str, str], reader: Machine) -> None:
    assert reader.get(path.format(**ids)).status_code == 200


@pytest.mark.parametrize("path", ["nothing", "regions/not-an-id", "regions/"])
def test_an_unknown_address_is_a_problem_too(path: str, machine: Machine) -> None:
    assert_problem(machine.get(path), 404, "not_found")


def test_an_unknown_id_is_not_found(machine: Machine) -> None:
    assert_problem(machine.get(f"operations/{new_id()}"), 404, "not_found")


def test_a_method_that_is_not_offered_is_named(machine: Machine) -> None:
    response = machine.post("operations")
    body = assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert "POST" in body["detail"]


def test_only_json_is_read(machine: Machine) -> None:
    response = machine.post("regions", "plan_id=1", kind="text/plain")
    assert_problem(response, 415, "unsupported_media_type")


def test_malformed_json_is_told(machine: Machine) -> None:
    response = machine.post("regions", '{"plan_id": ')
    assert "JSON parse error" in assert_problem(response, 400, "parse_error")["detail"]


@pytest.mark.parametrize("body", [{}, {"plan_id": "seven"}, {"plan_id": None}, [], "text"])
def test_a_wrong_body_names_the_field(machine: Machine, body: Any) -> None:
    import json

    problem = assert_problem(machine.post("regions", json.dumps(body)), 400, "invalid")
    assert problem["errors"]


@pytest.mark.parametrize(("query", "code"), [
    ("limit=0", "invalid"),
    ("limit=201", "invalid"),
    ("limit=many", "invalid"),
    ("cursor=nonsense", "cursor_unusable"),
])  # fmt: skip
def test_a_bad_page_is_told(machine: Machine, query: str, code: str) -> None:
    assert_problem(machine.get(f"operations?{query}"), 422, code)


def test_a_cursor_of_another_list_is_told(machine: Machine, ids: dict[str, str]) -> None:
    steps = machine.get(f"operations/{ids['operation']}/steps?limit=1").json()
    assert_problem(machine.get(f"operations?cursor={steps['next_cursor']}"), 422, "cursor_unusable")


def test_pages_follow_one_another_without_gap_or_repetition(machine: Machine, ids: dict[str, str]) -> None:
    path = f"operations/{ids['operation']}/steps"
    seen, cursor = [], ""
    while True:
        page = machine.get(f"{path}?limit=2&cursor={cursor}").json()
        seen += [step["name"] for step in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == ["network", "cluster", "attach"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_ask_as_much_for_thirty_as_for_one(path: str, machine: Machine, alice_scope: Scope) -> None:
    def add(number: int) -> None:
        target = scenes.region(alice_scope, f"region-{number}")
        scenes.operation(alice_scope, target, state=OperationState.SUCCEEDED)

    headers = {"Authorization": f"Bearer {machine.token}"}
    add(0)
    few = asked(Client(), f"/api/v1/{path}", **headers)
    for number in range(1, 30):
        add(number)
    assert asked(Client(), f"/api/v1/{path}", **headers) == few == 1


def test_answers_are_not_kept_by_anybody(machine: Machine, ids: dict[str, str]) -> None:
    assert "no-store" in machine.get("regions")["Cache-Control"]


def test_the_schema_is_valid_and_says_what_calls_take(tmp_path: Any) -> None:
    target = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    schema = target.read_text()
    for word in (
        "RegionPage",
        "OperationPage",
        "Idempotency-Key",
        "dry_run",
        "next_cursor",
        "application/problem+json",
    ):
        assert word in schema
    assert "bearerToken" in schema


def test_the_schema_is_public() -> None:
    assert Client().get("/api/schema/").status_code == 200


def test_the_docs_obey_the_strict_policy() -> None:
    response = Client().get("/api/docs/")
    text = response.content.decode()
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "unsafe" not in policy
    assert "http" not in policy
    assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src=')
    assert "style=" not in text
    assert "<style" not in text
    assert "//cdn" not in text
