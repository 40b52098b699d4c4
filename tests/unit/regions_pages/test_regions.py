"""The list of regions, the page of one, its resources, its chart, and the acts on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation
from console.operations.states import OperationState, StepState
from regions.models import Region, Resource
from regions.states import RegionState
from tests import scenes
from tests.asking import asked
from tests.unit.regions_pages.conftest import Get

pytestmark = pytest.mark.django_db


def url_of(region: Region, name: str = "region") -> str:
    return reverse(name, kwargs={"org": "acme", "region_id": region.id})


def observe(scope: Scope, region: Region, kind: str = "", **fields: Any) -> None:
    """Write what a look at the cloud found: all well, but for `fields` of the resources of `kind`."""
    well = {"exists": True, "ready": True, "synced": True, "up_to_date": True, "observed_at": now()}
    with scope.entered():
        rows = Resource.objects.visible_to(scope).of_region(region)
        rows.update(**well)
        if kind:
            rows.filter(kind=kind).update(**fields)


def set_state(scope: Scope, region: Region, state: str) -> None:
    with scope.entered():
        Region.objects.visible_to(scope).filter(id=region.id).update(state=state)


def test_the_list_shows_state_health_and_place(get: Get, frankfurt: Region) -> None:
    text = get("regions")
    for words in ("frankfurt", "AWS eu-central-1", "123456789012", "Active", "Unknown", "version 1"):
        assert words in text


def test_without_regions_the_list_leads_to_onboarding(get: Get) -> None:
    text = get("regions")
    assert "No region yet." in text
    assert "Go to onboarding" in text


def test_the_page_tells_the_facts(get: Get, frankfurt: Region) -> None:
    text = get("region", region_id=frankfurt.id)
    for words in ("AWS eu-central-1", "123456789012", "production", str(frankfurt.id), "No operation yet"):
        assert words in text


def test_before_the_first_look_the_page_says_so(get: Get, frankfurt: Region) -> None:
    text = get("region", region_id=frankfurt.id)
    assert "0 Ready, 0 Synced, 0 UpToDate" in text
    assert "not looked at yet" in text


def test_what_was_refused_comes_first(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    observe(alice_scope, frankfurt, "Instance", synced=False, message="Throttled, again in 40 s.")
    with alice_scope.entered():
        Resource.objects.filter(region=frankfurt, kind="VPC").update(ready=False, provider_state="CREATING")
    text = get("region", region_id=frankfurt.id)
    rows = text.split('id="resource-')[1:]
    assert "Throttled, again in 40 s." in rows[0]
    assert "CREATING" in rows[1]
    assert len(rows) == 2


def test_when_all_is_well_the_main_resources_are_shown(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    observe(alice_scope, frankfurt)
    text = get("region", region_id=frankfurt.id)
    assert "EKS cluster" in text
    assert "PostgreSQL" in text


def test_while_a_region_leaves_what_is_gone_is_as_it_should_be(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    observe(alice_scope, frankfurt, "VPC", exists=False, ready=None, up_to_date=None)
    assert "Not there" in get("region", region_id=frankfurt.id)
    set_state(alice_scope, frankfurt, RegionState.DEPROVISIONING)
    observe(alice_scope, frankfurt, "Instance", synced=False, message="Deletion protection is on.")
    rows = get("region", region_id=frankfurt.id).split('id="resource-')[1:]
    assert len(rows) == 1
    assert "Deletion protection is on." in rows[0]


def test_drift_is_told_field_by_field(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    found = [{"field": "ingress.5", "expected": None, "observed": "0.0.0.0/0 on 443"}]
    observe(alice_scope, frankfurt, "VPC", up_to_date=False, differences=found)
    text = get("region", region_id=frankfurt.id)
    assert "differs from its plan" in text
    assert "0.0.0.0/0 on 443" in text


def test_a_planned_region_waits_for_approval(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    set_state(alice_scope, frankfurt, RegionState.PLANNED)
    text = get("region", region_id=frankfurt.id)
    assert "waits for a person&#x27;s approval" in text or "waits for a person's approval" in text
    assert url_of(frankfurt, "region-approve") in text
    assert "Deprovision…" not in text


def test_while_an_operation_goes_on_the_page_asks_again(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    scenes.operation(alice_scope, frankfurt, state=OperationState.BLOCKED)
    text = get("region", region_id=frankfurt.id)
    assert "Provision frankfurt: blocked" in text
    assert "See what holds it up" in text
    assert 'hx-trigger="every 2s"' in text
    assert "Deprovision…" not in text


def test_the_last_region_of_a_connection_says_what_is_left_to_do(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    set_state(alice_scope, frankfurt, RegionState.DEPROVISIONED)
    assert "It was the last region" in get("region", region_id=frankfurt.id)
    scenes.region(alice_scope, "paris")
    assert "It was the last region" not in get("region", region_id=frankfurt.id)


def provisioned(scope: Scope, region: Region) -> Operation:
    operation = scenes.operation(scope, region)
    for name, seconds in (("network", 4), ("cluster", 610.25), ("attach", 1)):
        scenes.put(scope, operation, name, seconds=seconds)
    return scenes.moved(scope, operation, OperationState.SUCCEEDED)


def test_the_chart_is_drawn_later_and_stands_as_a_table_too(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    assert "data-chart" not in get("region", region_id=frankfurt.id)
    provisioned(alice_scope, frankfurt)
    text = get("region", region_id=frankfurt.id)
    assert f'data-chart="{url_of(frankfurt, "region-timing")}"' in text
    assert "EKS cluster took longest: 610.2 s" in text
    assert "As a table" in text
    assert "10 min 10 s" in text


def test_the_chart_says_seconds_and_puts_the_longest_on_top(
    alices: Client, alice_scope: Scope, frankfurt: Region
) -> None:
    provisioned(alice_scope, frankfurt)
    body = alices.get(url_of(frankfurt, "region-timing")).json()
    assert body["data"][0]["y"] == ["Attach region", "Network", "EKS cluster"]
    assert body["data"][0]["x"] == [1.0, 4.0, 610.2]
    assert body["layout"]["xaxis"]["title"]["text"] == "seconds"


def test_without_a_provisioning_the_chart_is_empty(alices: Client, frankfurt: Region) -> None:
    assert alices.get(url_of(frankfurt, "region-timing")).json()["data"][0]["x"] == []


def test_only_the_page_with_the_chart_allows_its_styles(alices: Client, frankfurt: Region) -> None:
    policy = alices.get(url_of(frankfurt))["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in alices.get(url_of(frankfurt, "region-resources"))["Content-Security-Policy"]


def test_resources_show_short_ids_and_copy_whole_ones(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    arn = "arn:aws:iam::123456789012:policy/byoc/byoc-x-limited-admin"
    observe(alice_scope, frankfurt, "Policy", external_id=arn)
    text = get("region-resources", region_id=frankfurt.id)
    assert ">byoc-x-limited-admin</code>" in text
    assert f'data-copy="{arn}"' in text


def test_resources_link_to_the_clouds_console(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    observe(alice_scope, frankfurt, "VPC", external_id="vpc-1")
    text = get("region-resources", region_id=frankfurt.id)
    assert (
        "https://eu-central-1.console.aws.amazon.com/vpcconsole/home?region=eu-central-1#VpcDetails:VpcId=vpc-1"
        in text
    )


def test_deprovisioning_wants_the_name_typed(alices: Client, frankfurt: Region) -> None:
    chosen = {"database": "none", "buckets": "delete"}
    refused = alices.post(url_of(frankfurt, "region-deprovision"), {"typed": "paris", **chosen})
    assert refused.status_code == 422
    begun = alices.post(url_of(frankfurt, "region-deprovision"), {"typed": "frankfurt", **chosen})
    assert (begun.status_code, "/operations/" in begun["Location"]) == (303, True)


def test_a_look_at_the_cloud_is_an_operation(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    assert alices.post(url_of(frankfurt, "region-reconcile")).status_code == 303
    with alice_scope.entered():
        assert Operation.objects.get().kind == "reconcile"


def test_an_approval_starts_provisioning(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    set_state(alice_scope, frankfurt, RegionState.PLANNED)
    assert alices.post(url_of(frankfurt, "region-approve")).status_code == 303
    with alice_scope.entered():
        assert Region.objects.get().state == RegionState.PROVISIONING


ACTS = ["region-approve", "region-deprovision", "region-reconcile"]
PAGES = ["region", "region-resources", "region-timing"]


@pytest.mark.parametrize("name", ACTS)
def test_an_auditor_is_refused(
    bob: User, client_of: Callable[[User], Client], frankfurt: Region, name: str
) -> None:
    assert client_of(bob).post(url_of(frankfurt, name)).status_code == 403


def test_an_auditor_is_offered_nothing(bob: User, client_of: Callable[[User], Client], frankfurt: Region) -> None:
    text = client_of(bob).get(url_of(frankfurt)).content.decode()
    assert "Deprovision" not in text
    assert "Read from the cloud" not in text


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_a_stranger_finds_nothing(
    mallory: User, client_of: Callable[[User], Client], frankfurt: Region, name: str
) -> None:
    client = client_of(mallory)
    ask = client.post if name in ACTS else client.get
    assert ask(url_of(frankfurt, name)).status_code == 404
    assert ask(url_of(frankfurt, name).replace("/o/acme/", "/o/evil/")).status_code == 404


def test_the_list_asks_as_much_for_thirty_as_for_one(alices: Client, alice_scope: Scope) -> None:
    url = reverse("regions", kwargs={"org": "acme"})
    scenes.region(alice_scope, "one")
    few = asked(alices, url)
    for number in range(29):
        scenes.region(alice_scope, f"region-{number}")
    assert asked(alices, url) == few == 1


@pytest.mark.parametrize(("name", "questions"), [("region", 7), ("region-resources", 2), ("region-timing", 3)])
def test_pages_ask_as_much_for_a_hundred_resources_as_for_none(
    alices: Client, alice_scope: Scope, frankfurt: Region, name: str, questions: int
) -> None:
    bare = scenes.region(alice_scope, "bare")
    provisioned(alice_scope, bare)
    for _ in range(9):
        provisioned(alice_scope, frankfurt)
    scenes.half_done(alice_scope, frankfurt)
    observe(alice_scope, frankfurt)
    assert asked(alices, url_of(bare, name)) == asked(alices, url_of(frankfurt, name)) == questions


def test_steps_that_did_not_succeed_are_not_timed(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt)
    scenes.put(alice_scope, operation, "network", seconds=4)
    scenes.put(alice_scope, operation, "cluster", state=StepState.FAILED, seconds=400)
    assert alices.get(url_of(frankfurt, "region-timing")).json()["data"][0]["y"] == ["Network"]
