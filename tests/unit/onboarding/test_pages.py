"""The questionnaire and the plan as people meet them in a browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.actions import planes
from accounts.models import User
from console.kernel.scope import Scope
from regions.actions import onboardings, region_plans, regions
from regions.actions.onboardings import Sheet
from regions.models import Connection, Onboarding, PlanVersion, Region, Side
from regions.questionnaire.catalog import SECTIONS
from regions.states import ConnectionState, RegionState

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
Answer = Callable[..., Sheet]
Compile = Callable[..., PlanVersion]


def section_url(onboarding: Onboarding, key: str) -> str:
    return reverse("onboarding-section", kwargs={"org": "acme", "onboarding_id": onboarding.pk, "section": key})


def url(name: str, onboarding: Onboarding, **kwargs: object) -> str:
    return reverse(name, kwargs={"org": "acme", "onboarding_id": onboarding.pk, **kwargs})


def post(client: Client, onboarding: Onboarding, key: str, **typed: Any) -> Any:
    section = onboardings.section_of(key)
    shown = [question.key for question in section.questions]
    defaults = {question.key: question.default for question in section.questions}
    data = {"shown": shown, **defaults, **typed}
    return client.post(section_url(onboarding, key), data)


def page_text(response: Any) -> str:
    return str(response.content.decode())


@contextmanager
def pinned(count: int) -> Iterator[None]:
    """Hold the number of queries on tables of ours."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield
    ours = [query["sql"] for query in captured if '"regions_' in query["sql"]]
    assert len(ours) == count, "\n".join(ours)


@pytest.fixture
def alice_client(alice: User, client_of: ClientOf) -> Client:
    return client_of(alice)


def typed_now(scope: Scope, onboarding: Onboarding, key: str) -> object:
    with scope.entered():
        return onboardings.sheet(scope=scope, onboarding_id=onboarding.pk).answers.raw(key)


def test_starting_leads_to_the_first_section(alice_client: Client, acme: object) -> None:
    create = reverse("onboarding-create", kwargs={"org": "acme"})

    response = alice_client.post(create, {"name": "production-virginia", "copy_of": ""}, follow=True)

    assert response.redirect_chain[-1][0].endswith("/sections/organization/")
    assert "production-virginia" in page_text(response)
    again = alice_client.post(create, {"name": "production-virginia", "copy_of": ""})
    assert again.status_code == 422
    assert "There is already an onboarding called production-virginia" in page_text(again)


@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
def test_every_section_has_its_page(alice_client: Client, onboarding: Onboarding, key: str) -> None:
    response = alice_client.get(section_url(onboarding, key))

    assert response.status_code == 200
    first = onboardings.section_of(key).questions[0]
    assert escape(first.label) in page_text(response)


def test_a_right_section_goes_on(alice_client: Client, onboarding: Onboarding) -> None:
    response = post(alice_client, onboarding, "cloud", account_id="111122223333")

    assert (response.status_code, response["Location"]) == (303, section_url(onboarding, "region"))


def test_the_last_section_leads_to_the_review(alice_client: Client, onboarding: Onboarding) -> None:
    assert post(alice_client, onboarding, "compliance")["Location"] == url("onboarding-review", onboarding)


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("cloud", {"account_id": "12345678901"}, "An AWS account id has 12 digits; this has 11."),
        ("data", {"operations_peak": "-1"}, "-1 is too low"),
        ("data", {"operations_peak": str(10**12)}, "Your solution architect sizes such a region with you"),
        ("network", {"vpc_cidr": "8.8.0.0/16"}, "is public address space"),
        (
            "network",
            {"vpc_cidr": "10.42.0.0/16", "corporate_ranges": "10.42.128.0/17 Frankfurt"},
            "10.42.0.0/16 overlaps 10.42.128.0/17, Frankfurt in your corporate ranges. 10.43.0.0/16 is free.",
        ),
        ("connectivity", {"connectivity": "transit_gateway"}, "Id of the Transit Gateway is needed"),
    ],
)
def test_a_wrong_answer_stays_with_its_sentence(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding, key: str, typed: dict[str, str], says: str
) -> None:
    response = post(alice_client, onboarding, key, **typed)

    assert response.status_code == 422
    assert says in page_text(response)
    again = page_text(alice_client.get(section_url(onboarding, key)))
    for name, value in typed.items():
        assert typed_now(alice_scope, onboarding, name) == value
        assert value.splitlines()[0] in again


def test_a_proposal_is_taken_by_its_button(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding
) -> None:
    wrong = post(
        alice_client, onboarding, "network", vpc_cidr="10.42.0.0/16", corporate_ranges="10.42.0.0/17 Frankfurt"
    )
    assert 'value="vpc_cidr=10.43.0.0/16"' in page_text(wrong)

    response = post(
        alice_client,
        onboarding,
        "network",
        vpc_cidr="10.42.0.0/16",
        corporate_ranges="10.42.0.0/17 Frankfurt",
        use="vpc_cidr=10.43.0.0/16",
    )

    assert response.status_code == 200
    assert "is free" not in page_text(response)
    assert typed_now(alice_scope, onboarding, "vpc_cidr") == "10.43.0.0/16"


def test_a_change_is_saved_at_once_and_shows_its_effect(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding
) -> None:
    data = {"shown": ["operations", "operations_peak"], "operations": "5000", "operations_peak": "24000"}

    response = alice_client.post(section_url(onboarding, "data"), data, headers={"HX-Request": "true"})

    text = page_text(response)
    assert text.strip().startswith('<div class="rail-form-aside" id="questionnaire">')
    assert "db.r6g.4xlarge" in text
    assert typed_now(alice_scope, onboarding, "operations_peak") == "24000"
    with alice_scope.entered():
        given = onboardings.sheet(scope=alice_scope, onboarding_id=onboarding.pk).given
    assert "operations" not in given, "a default that nobody touched is not an answer"


def test_back_and_forward_lose_nothing(alice_client: Client, onboarding: Onboarding) -> None:
    post(alice_client, onboarding, "compute", nodes_max="15")
    post(alice_client, onboarding, "apps", apps="20")

    assert 'value="15"' in page_text(alice_client.get(section_url(onboarding, "compute")))
    assert 'value="20"' in page_text(alice_client.get(section_url(onboarding, "apps")))


def test_an_expired_session_leads_back_to_the_same_section(
    alice: User, client_of: ClientOf, alice_scope: Scope, onboarding: Onboarding
) -> None:
    client = client_of(alice)
    post(client, onboarding, "compute", nodes_max="15")
    client.logout()
    place = section_url(onboarding, "compute")

    response = client.post(
        place, {"shown": "nodes_max", "nodes_max": "18"}, headers={"Referer": f"http://testserver{place}"}
    )

    assert response.status_code in (302, 303)
    assert "next=" in response["Location"]
    assert place.replace("/", "%2F") in response["Location"] or place in response["Location"]
    assert typed_now(alice_scope, onboarding, "nodes_max") == "15"


def test_other_clouds_say_what_is_not_yet_available(alice_client: Client, onboarding: Onboarding) -> None:
    response = post(alice_client, onboarding, "cloud", cloud="gcp", account_id="111122223333")

    assert "Not yet available." in page_text(response)
    assert "a plan for Google Cloud cannot be compiled" in page_text(response)


def test_immutable_and_recorded_answers_say_so(alice_client: Client, onboarding: Onboarding) -> None:
    text = page_text(alice_client.get(section_url(onboarding, "cloud")))

    assert "Fixed after provisioning" in text
    assert "Recorded only" in text


def test_resuming_goes_to_the_first_open_section(
    alice_client: Client, onboarding: Onboarding, answered: Answer
) -> None:
    resume = url("onboarding-detail", onboarding)
    assert alice_client.get(resume)["Location"] == section_url(onboarding, "organization")
    answered(onboarding)
    assert alice_client.get(resume)["Location"] == url("onboarding-review", onboarding)


def test_an_auditor_reads_and_cannot_answer(bob: User, client_of: ClientOf, onboarding: Onboarding) -> None:
    client = client_of(bob)

    read = client.get(section_url(onboarding, "compute"))
    assert read.status_code == 200
    assert "hx-post" not in page_text(read)
    assert post(client, onboarding, "compute", nodes_max="15").status_code == 403


def test_an_outsider_finds_nothing(mallory: User, client_of: ClientOf, onboarding: Onboarding) -> None:
    client = client_of(mallory)

    for place in (section_url(onboarding, "compute"), url("onboarding-review", onboarding)):
        assert client.get(place).status_code == 404


def test_places_that_do_not_exist_are_404(alice_client: Client, onboarding: Onboarding) -> None:
    assert alice_client.get(section_url(onboarding, "weather")).status_code == 404
    assert alice_client.get(url("onboarding-plan", onboarding, number=7)).status_code == 404


def test_an_incomplete_plan_is_not_compiled(alice_client: Client, onboarding: Onboarding) -> None:
    response = alice_client.post(url("onboarding-compile", onboarding))

    assert response.status_code == 422
    assert "AWS account id is needed for the plan" in page_text(response)


def test_both_sides_sign_on_the_page(
    alice_client: Client, carol: User, client_of: ClientOf, onboarding: Onboarding, answered: Answer
) -> None:
    answered(onboarding, private_prefix="20")
    plan = alice_client.post(url("onboarding-compile", onboarding))["Location"]
    text = page_text(alice_client.get(plan))
    for part in ("db.r6g.2xlarge", "/20", "/23", "no reason given", "ec2", "Set up a dedicated cloud account"):
        assert part in text
    unread = alice_client.post(f"{plan}sign/operator/", {"note": ""})
    assert unread.status_code == 422
    assert "Say that you have read the plan" in page_text(unread)

    assert alice_client.post(f"{plan}sign/operator/", {"read": "on", "note": "Fine."}).status_code == 303
    assert alice_client.post(f"{plan}sign/architect/", {"read": "on"}).status_code == 403
    assert client_of(carol).post(f"{plan}sign/architect/", {"read": "on"}).status_code == 303
    assert "Signed by both sides" in page_text(alice_client.get(plan))


def test_changed_answers_are_said_on_the_plan(
    alice_client: Client, onboarding: Onboarding, answered: Answer, compiled: Compile
) -> None:
    answered(onboarding)
    compiled(onboarding.pk)
    post(alice_client, onboarding, "compute", nodes_max="15")
    plan = url("onboarding-plan", onboarding, number=1)

    assert "Answers have changed since this version" in page_text(alice_client.get(plan))
    late = alice_client.post(f"{plan}sign/operator/", {"read": "on"})
    assert late.status_code == 422
    assert "Compile a new version, then sign that one." in page_text(late)


@pytest.fixture
def signed(
    alice_scope: Scope, carol_scope: Scope, onboarding: Onboarding, answered: Answer, compiled: Compile
) -> PlanVersion:
    answered(onboarding)
    version = compiled(onboarding.pk)
    for scope, side in ((alice_scope, Side.OPERATOR), (carol_scope, Side.ARCHITECT)):
        with scope.entered():
            region_plans.sign(scope=scope, plan_id=version.pk, side=side)
    return version


def test_a_signed_plan_waits_for_the_connection_then_asks_for_the_region(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding, signed: PlanVersion
) -> None:
    plan = url("onboarding-plan", onboarding, number=1)
    assert "Waits for a verified connection." in page_text(alice_client.get(plan))
    assert alice_client.post(f"{plan}request/").status_code == 409
    with alice_scope.entered():
        Connection.objects.update(state=ConnectionState.VERIFIED)
    assert "Ask for the region" in page_text(alice_client.get(plan))

    response = alice_client.post(f"{plan}request/")

    assert response["Location"] == reverse("region", kwargs={"org": "acme", "region_id": onboarding.region_id})
    assert "by Alice" in page_text(alice_client.get(plan))


def test_a_region_joins_the_plane_that_is_chosen_with_it(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding, signed: PlanVersion
) -> None:
    with alice_scope.entered():
        Connection.objects.update(state=ConnectionState.VERIFIED)
        planes.default(scope=alice_scope)
        planes.create(scope=alice_scope, slug="eu-staging", name="EU staging")
    plan = url("onboarding-plan", onboarding, number=1)
    assert '<option value="eu-staging">EU staging</option>' in page_text(alice_client.get(plan))
    assert alice_client.post(f"{plan}request/", {"region_group": "nowhere"}).status_code == 404
    assert alice_client.post(f"{plan}request/", {"region_group": "eu-staging"}).status_code == 303
    with alice_scope.entered():
        assert Region.objects.visible_to(alice_scope).with_plane().get().plane.slug == "eu-staging"


def test_a_provisioned_region_fixes_its_immutable_answers(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding, signed: PlanVersion
) -> None:
    with alice_scope.entered():
        Connection.objects.update(state=ConnectionState.VERIFIED)
        regions.request(scope=alice_scope, plan_version=signed)
        Region.objects.update(state=RegionState.ACTIVE)

    assert "disabled" in page_text(alice_client.get(section_url(onboarding, "network")))
    post(alice_client, onboarding, "network", vpc_cidr="10.77.0.0/16", api_ranges="203.0.113.0/24 Office")

    assert typed_now(alice_scope, onboarding, "vpc_cidr") == "10.0.0.0/16"
    assert typed_now(alice_scope, onboarding, "api_ranges") == "203.0.113.0/24 Office"


def test_the_plan_has_one_address_for_its_newest_version(
    alice_client: Client, onboarding: Onboarding, answered: Answer, compiled: Compile
) -> None:
    assert alice_client.get(url("plan", onboarding)).status_code == 404
    answered(onboarding)
    compiled(onboarding.pk)

    assert alice_client.get(url("plan", onboarding))["Location"] == url("onboarding-plan", onboarding, number=1)


def test_the_export_carries_what_was_signed(
    alice_client: Client, onboarding: Onboarding, answered: Answer, compiled: Compile
) -> None:
    answered(onboarding)
    version = compiled(onboarding.pk)

    body = alice_client.get(url("onboarding-plan-export", onboarding, number=1)).json()

    assert body["digest"] == version.digest
    assert body["plan"]["spec"]["region_id"] == str(onboarding.region_id)


def test_history_names_who_answered(alice_client: Client, onboarding: Onboarding) -> None:
    post(alice_client, onboarding, "compute", nodes_max="15")

    text = page_text(alice_client.get(url("onboarding-history", onboarding)))
    assert "Nodes at most" in text
    assert "Alice" in text


def test_the_number_of_queries_is_pinned(
    alice_client: Client, alice_scope: Scope, onboarding: Onboarding, answered: Answer, compiled: Compile
) -> None:
    answered(onboarding)
    compiled(onboarding.pk)
    with alice_scope.entered():
        for number in range(3):
            onboardings.start(scope=alice_scope, name=f"more-{number}", copy_of=onboarding.pk)

    for place, count in (
        (reverse("onboarding", kwargs={"org": "acme"}), 1),
        (section_url(onboarding, "network"), 5),
        (url("onboarding-review", onboarding), 6),
        (url("onboarding-history", onboarding), 2),
        (url("onboarding-plan", onboarding, number=1), 6),
    ):
        alice_client.get(place)
        with pinned(count):
            assert alice_client.get(place).status_code == 200


def test_history_tells_answers_in_words(alice_client: Client, onboarding: Onboarding) -> None:
    post(alice_client, onboarding, "recovery", maintenance_day="sun", data_rpo_minutes="1")

    text = page_text(alice_client.get(url("onboarding-history", onboarding)))
    assert "Sunday" in text
    assert "Data: at most lost" in text
