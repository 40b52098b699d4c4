"""A machine asks what a change would do, and asks for it; a person approves."""

from typing import Any

import pytest

from accounts.models import Role
from console.kernel.scope import Scope
from regions.models import ChangeState, Region, RegionChange
from tests.unit.api.conftest import Machine, issue
from tests.unit.api.test_contract import assert_problem
from tests.unit.region_changes.conftest import SignedWith, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.OPERATOR)


@pytest.fixture
def reader(alice_scope: Scope) -> Machine:
    return issue(alice_scope, Role.AUDITOR)


@pytest.fixture
def foreign(mallory_scope: Scope) -> Machine:
    return issue(mallory_scope, Role.OPERATOR)


def previewed(machine: Machine, region: Region, **spec: Any) -> dict[str, Any]:
    response = machine.post(f"regions/{region.pk}/preview", {"spec": spec})
    assert response.status_code == 200, response.json()
    body: dict[str, Any] = response.json()
    return body


def changes_of(scope: Scope) -> int:
    with scope.entered():
        return int(RegionChange.objects.count())


def test_values_of_a_spec_are_previewed_and_nothing_is_kept(
    reader: Machine, alice_scope: Scope, virginia: Region
) -> None:
    body = previewed(reader, virginia, cluster={"nodes_min": 9}, database={"instance_class": "db.r6g.4xlarge"})
    told = {change["name"]: change for change in body["changes"]}
    assert {name: change["verb"] for name, change in told.items()} == {
        "node-group": "update",
        "database": "update",
    }
    assert told["database"]["fields"] == [
        {"field": "instanceClass", "before": "db.r6g.2xlarge", "after": "db.r6g.4xlarge", "in_place": True}
    ]
    assert told["database"]["monthly"] == "1312.54"  # two of $1.798 instead of $0.899, 730 hours
    assert body["cost"]["difference"] == "2177.50"
    assert body["denied"] is False
    unchanged = many(alice_scope, virginia) - 2
    assert body["counts"] == {"create": 0, "update": 2, "replace": 0, "delete": 0, "unchanged": unchanged}
    assert changes_of(alice_scope) == 0


def test_a_list_is_replaced_whole_and_its_items_may_be_objects(reader: Machine, virginia: Region) -> None:
    group = {"name": "memory", "instance_types": ["r6i.2xlarge"], "nodes_min": 1, "nodes_max": 3}
    body = previewed(reader, virginia, cluster={"node_groups": [group]})
    assert [(change["verb"], change["name"]) for change in body["changes"]] == [("create", "node-group-memory")]


def test_a_preview_tells_what_is_denied(reader: Machine, virginia: Region) -> None:
    body = previewed(reader, virginia, database={"multi_az": False}, cluster={"endpoint_cidrs": ["0.0.0.0/0"]})
    denied = {check["rule"] for check in body["checks"] if check["outcome"] == "denied"}
    assert denied == {"endpoint-open", "database-in-one-zone"}
    assert body["denied"] is True


def test_a_value_that_makes_it_another_region_is_refused(reader: Machine, virginia: Region) -> None:
    response = reader.post(f"regions/{virginia.pk}/preview", {"spec": {"account_id": "444455556666"}})
    assert "another region" in assert_problem(response, 422, "spec_unfit")["detail"]


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ({"cluster": {"nodes": 9}}, "A spec has no cluster.nodes."),
        ({"cluster": {"nodes_max": "9"}}, "cluster.nodes_max takes a whole number"),
        ({"cluster": {"nodes_max": True}}, "cluster.nodes_max takes a whole number"),
        ({"cluster": {"instance_types": "m5.4xlarge"}}, "cluster.instance_types takes a list"),
        ({"cluster": {"instance_types": [5]}}, "cluster.instance_types[0] takes a text"),
        ({"cluster": {"node_groups": [{"name": "gpu"}]}}, "cluster.node_groups[0].instance_types is missing"),
        ({"environment": "moon"}, "environment takes one of production, staging, development"),
        ({"zones": ["us-east-1a"]}, "These values make no region"),
        ({"database": 5}, "database takes an object"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_named(
    reader: Machine, virginia: Region, spec: dict[str, Any], word: str
) -> None:
    response = reader.post(f"regions/{virginia.pk}/preview", {"spec": spec})
    assert word in assert_problem(response, 422, "spec_unfit")["detail"]


def test_a_preview_is_of_a_plan_or_of_values(reader: Machine, alice_scope: Scope, virginia: Region) -> None:
    assert reader.post(f"regions/{virginia.pk}/preview", {}).status_code == 400
    plan = {"plan_id": str(virginia.plan_id)}
    body = reader.post(f"regions/{virginia.pk}/preview", plan).json()
    assert (body["changes"], body["counts"]["unchanged"]) == ([], many(alice_scope, virginia))


def test_a_change_is_asked_for_read_and_withdrawn(
    machine: Machine, virginia: Region, signed_with: SignedWith
) -> None:
    plan = {"plan_id": str(signed_with(nodes_max="15").pk)}
    response = machine.post(f"regions/{virginia.pk}/changes", plan, key="once")
    body = response.json()
    assert (response.status_code, body["state"], body["plan_number"]) == (201, "awaiting_approval", 2)
    assert response["Location"] == f"/api/v1/regions/{virginia.pk}/changes/{body['id']}"
    assert body["preview"]["changes"][0]["name"] == "node-group"
    assert machine.post(f"regions/{virginia.pk}/changes", plan, key="once").json() == body
    assert machine.get(f"regions/{virginia.pk}/changes/{body['id']}").json() == body
    assert machine.get(f"regions/{virginia.pk}/changes").json()["items"] == [body]

    withdrawn = machine.post(f"regions/{virginia.pk}/changes/{body['id']}/withdraw").json()
    assert withdrawn["state"] == ChangeState.WITHDRAWN


def test_a_dry_run_shows_the_request_and_keeps_none(
    machine: Machine, alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    plan = {"plan_id": str(signed_with(nodes_max="15").pk)}
    response = machine.post(f"regions/{virginia.pk}/changes?dry_run=true", plan)
    assert (response.status_code, response["Dry-Run"]) == (200, "true")
    assert response.json()["preview"]["counts"]["update"] == 1
    assert changes_of(alice_scope) == 0


def test_a_denied_change_is_refused_also_in_a_dry_run(
    machine: Machine, virginia: Region, signed_with: SignedWith
) -> None:
    plan = {"plan_id": str(signed_with(storage_gib="400").pk), "note": "Please."}
    for query in ("", "?dry_run=true"):
        response = machine.post(f"regions/{virginia.pk}/changes{query}", plan)
        assert "storage would shrink" in assert_problem(response, 403, "policy_denies")["detail"]


def test_a_reader_asks_for_nothing(reader: Machine, virginia: Region, signed_with: SignedWith) -> None:
    plan = {"plan_id": str(signed_with(nodes_max="15").pk)}
    assert reader.post(f"regions/{virginia.pk}/changes", plan).status_code == 403


def test_what_is_another_organizations_is_not_there(
    foreign: Machine, machine: Machine, virginia: Region, signed_with: SignedWith
) -> None:
    plan = {"plan_id": str(signed_with(nodes_max="15").pk)}
    change = machine.post(f"regions/{virginia.pk}/changes", plan).json()["id"]
    assert_problem(foreign.get(f"regions/{virginia.pk}/changes"), 404, "not_found")
    assert_problem(foreign.get(f"regions/{virginia.pk}/changes/{change}"), 404, "not_found")
    assert_problem(foreign.post(f"regions/{virginia.pk}/changes", plan), 404, "not_found")
    assert_problem(foreign.post(f"regions/{virginia.pk}/preview", plan), 404, "not_found")
    assert_problem(foreign.post(f"regions/{virginia.pk}/changes/{change}/withdraw"), 404, "not_found")
