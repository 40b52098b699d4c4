"""The first page of an organization: what is broken, since when, who acts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.states import OperationState, StepState
from regions.actions import onboardings
from regions.models import Connection, Region
from regions.states import ConnectionState, Health, RegionState
from tests import scenes
from tests.asking import asked
from tests.unit.dashboard.conftest import Get

pytestmark = pytest.mark.django_db


def in_order(text: str, *wanted: str) -> bool:
    places = [text.index(each) for each in wanted]
    return places == sorted(places)


def test_an_empty_organization_is_led_to_the_questionnaire(get: Get) -> None:
    text = get("overview")
    assert "No region yet. Three things come first." in text
    assert "Start onboarding" in text
    assert "Needs attention" not in text


def test_an_auditor_is_not_offered_to_start(bob: User, client_of: Callable[[User], Client]) -> None:
    text = client_of(bob).get("/o/acme/").content.decode()
    assert "No region yet" in text
    assert "Start onboarding" not in text


def test_what_is_broken_comes_before_what_waits(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.BLOCKED)
    scenes.put(alice_scope, operation, "cluster", **scenes.REFUSAL)
    scenes.region(alice_scope, "paris", state=RegionState.PLANNED)
    scenes.region(alice_scope, "oslo", state=RegionState.FAILED)
    scenes.connection(alice_scope, "999988887777", state=ConnectionState.DRAFT, name="aws-new")
    with alice_scope.entered():
        Connection.objects.filter(name="aws-new").update(created_at=now() - timedelta(days=9))
        onboardings.start(scope=alice_scope, name="second-region")
    text = get("overview")
    blocked = "Provision frankfurt is blocked by EKS cluster"
    assert in_order(text, blocked, "paris waits for approval", "aws-new is not verified yet")
    assert in_order(text, "oslo failed", "paris waits for approval", "Onboarding second-region is not finished")
    assert "UnauthorizedOperation" in text
    assert "Your cloud team" in text
    assert text.count("btn--primary") == 1


def test_alike_blocks_are_one_line(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    scenes.half_done(alice_scope, frankfurt)
    text = get("overview")
    assert text.count("is blocked by Security group") == 1
    assert "and 1 more" in text


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Health.DEGRADED, "frankfurt is degraded"),
        (Health.UNHEALTHY, "frankfurt is unhealthy"),
        (Health.UNREACHABLE, "frankfurt is unreachable"),
    ],
)
def test_an_active_region_that_is_not_well_needs_attention(
    get: Get, alice_scope: Scope, frankfurt: Region, health: str, words: str
) -> None:
    with alice_scope.entered():
        Region.objects.update(health=health)
    assert words in get("overview")


def test_a_refused_connection_shows_its_reason(get: Get, alice_scope: Scope) -> None:
    scenes.connection(
        alice_scope, state=ConnectionState.REFUSED, message="It can be assumed without an external id."
    )
    text = get("overview")
    assert "It can be assumed without an external id." in text
    assert "Show fix" in text


def test_a_step_that_waits_for_approval_is_reviewed(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.AWAITING_APPROVAL)
    scenes.put(alice_scope, operation, "cluster", state=StepState.AWAITING_APPROVAL, message="It is replaced.")
    assert "Provision frankfurt waits for approval: EKS cluster" in get("overview")


def test_nothing_to_do_is_said_quietly_and_the_page_rests(get: Get, frankfurt: Region) -> None:
    text = get("overview")
    assert "Nothing waits for a person." in text
    assert "Nothing is running." in text
    assert "hx-trigger" not in text


def test_a_region_shows_the_work_on_it_and_the_page_asks_again(
    get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    operation = scenes.operation(alice_scope, frankfurt, state=OperationState.RUNNING)
    scenes.put(alice_scope, operation, "network")
    scenes.put(alice_scope, operation, "cluster", state=StepState.WAITING)
    text = get("overview")
    assert "1 of 3 steps · EKS cluster" in text
    assert 'hx-trigger="every 5s"' in text


def test_more_regions_than_are_shown_are_counted(get: Get, alice_scope: Scope) -> None:
    for number in range(11):
        scenes.region(alice_scope, f"region-{number}")
    text = get("overview")
    assert "11 in 1 cloud account" in text
    assert "the newest 8 of 11" in text


def test_the_number_of_questions_does_not_grow(alices: Client, alice_scope: Scope) -> None:
    url = reverse("overview", kwargs={"org": "acme"})
    scenes.half_done(alice_scope, scenes.region(alice_scope, "one", state=RegionState.PROVISIONING))
    few = asked(alices, url)
    for number in range(29):
        target = scenes.region(alice_scope, f"region-{number}", state=RegionState.PROVISIONING)
        operation = scenes.operation(alice_scope, target, state=OperationState.BLOCKED)
        scenes.put(alice_scope, operation, "cluster", **scenes.REFUSAL)
    assert asked(alices, url) == few == 8
