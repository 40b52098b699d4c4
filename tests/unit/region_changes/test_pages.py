"""From the region's page: change the plan, see what it would do, ask, approve, watch."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.actions import region_changes
from regions.models import ChangeState, PlanVersion, Region, RegionChange
from regions.states import RegionState
from tests.asking import asked as questions_of
from tests.unit.region_changes.conftest import SignedWith, log_groups, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def alices(alice: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(alice)


def url(name: str, region: Region, **kwargs: object) -> str:
    return reverse(name, kwargs={"org": "acme", "region_id": region.pk, **kwargs})


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def requested(scope: Scope, region: Region, version: PlanVersion, note: str = "") -> RegionChange:
    with scope.entered():
        return region_changes.ask(scope=scope, region=region, plan_version=version, note=note)


def test_the_regions_page_leads_to_its_changes(alices: Client, virginia: Region) -> None:
    assert url("region-changes", virginia) in text_of(alices, url("region", virginia))
    text = text_of(alices, url("region-changes", virginia))
    assert "No change has been asked for yet" in text
    assert url("region-change-new", virginia) in text


def test_saved_answers_make_a_version_and_show_what_it_would_do(
    alices: Client, alice_scope: Scope, virginia: Region
) -> None:
    form = text_of(alices, url("region-change-new", virginia))
    assert "Nodes at most" in form
    sent = {"shown": ["nodes_max", "log_retention_days"], "nodes_max": "15", "log_retention_days": "7"}
    response = alices.post(url("region-change-new", virginia), sent)
    assert (response.status_code, response["Location"]) == (303, url("region-change-preview", virginia, number=2))

    text = text_of(alices, response["Location"])
    assert "Change preview: plan version 2" in text
    assert f"{1 + len(log_groups(alice_scope, virginia))} update" in text
    assert "scalingConfig.maxSize" in text
    assert '<span class="minus">12</span> → <span class="plus">15</span>' in text
    assert "Lines older than the new retention are deleted at once." in text
    assert "Warning: something would be kept for a shorter time" in text
    assert "0 of 2 signatures" in text
    assert "Ask for approval" not in text


def test_a_wrong_answer_is_told_beside_its_field(alices: Client, virginia: Region) -> None:
    response = alices.post(url("region-change-new", virginia), {"shown": "nodes_max", "nodes_max": "many"})
    assert response.status_code == 422
    assert "“many” is not a whole number" in response.content.decode()


def test_a_signed_version_is_asked_for_and_approved(
    alices: Client, alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    signed_with(nodes_max="15", nodes_min="9")
    page = url("region-change-preview", virginia, number=2)
    assert "Ask for approval" in text_of(alices, page)
    assert "+$864.96" in text_of(alices, page)

    response = alices.post(url("region-change-ask", virginia, number=2), {"note": ""})
    assert response.status_code == 303
    text = text_of(alices, response["Location"])
    assert "Awaiting approval" in text
    assert "Approve and change" in text

    with alice_scope.entered():
        change = RegionChange.objects.get()
    approved = alices.post(url("region-change-approve", virginia, change_id=change.pk), {"note": "Go."})
    with alice_scope.entered():
        operation = Operation.objects.of_kind("update").get()
    assert approved["Location"] == reverse("operation", kwargs={"org": "acme", "operation_id": operation.pk})
    text = text_of(alices, response["Location"])
    assert "“Go.”" in text
    assert "Watch it live" in text


def test_a_replacement_is_said_loudly(alices: Client, virginia: Region, signed_with: SignedWith) -> None:
    signed_with(instance_type="m5.4xlarge", nodes_min="3", nodes_max="6")
    text = text_of(alices, url("region-change-preview", virginia, number=2))
    assert '<span class="said">1 REPLACE</span>' in text
    assert "Deleted and made anew: no call can change instanceTypes in place." in text
    assert "once more a person is asked before anything is made anew" in text


def test_a_warning_without_a_reason_comes_back_to_the_note(
    alices: Client, virginia: Region, signed_with: SignedWith
) -> None:
    signed_with(log_retention_days="7")
    response = alices.post(url("region-change-ask", virginia, number=2), {"note": ""})
    assert response.status_code == 422
    assert "Say in the note why it is wanted all the same." in response.content.decode()


def test_what_a_check_denies_cannot_be_asked_for(
    alices: Client, virginia: Region, signed_with: SignedWith
) -> None:
    signed_with(storage_gib="400")
    text = text_of(alices, url("region-change-preview", virginia, number=2))
    assert "Denied: storage would shrink" in text
    assert "1 check denies it." in text
    assert "Ask for approval" not in text
    response = alices.post(url("region-change-ask", virginia, number=2), {"note": "Please."})
    assert response.status_code == 422


def test_a_request_that_expired_says_so_and_offers_a_new_look(
    alices: Client, alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = requested(alice_scope, virginia, signed_with(nodes_max="15"))
    with alice_scope.entered():
        RegionChange.objects.update(expires_at=now() - timedelta(hours=1))
    text = text_of(alices, url("region-change", virginia, change_id=change.pk))
    assert "Expired" in text
    assert "Approve and change" not in text
    assert "Look again and ask anew" in text
    late = alices.post(url("region-change-approve", virginia, change_id=change.pk), {"note": ""})
    assert late.status_code == 422
    assert "The request expired" in late.content.decode()


@pytest.mark.parametrize(("act", "state"), [("deny", ChangeState.DENIED), ("withdraw", ChangeState.WITHDRAWN)])
def test_a_request_is_denied_or_withdrawn(
    alices: Client, alice_scope: Scope, virginia: Region, signed_with: SignedWith, act: str, state: str
) -> None:
    change = requested(alice_scope, virginia, signed_with(nodes_max="15"))
    response = alices.post(url(f"region-change-{act}", virginia, change_id=change.pk), {"note": "Later."})
    assert response.status_code == 303
    with alice_scope.entered():
        assert RegionChange.objects.get().state == state


def test_a_region_to_be_shows_everything_that_would_be_created(
    alices: Client, alice_scope: Scope, virginia: Region
) -> None:
    with alice_scope.entered():
        Region.objects.update(state=RegionState.PLANNED)
    page = url("region-change-preview", virginia, number=1)
    assert page in text_of(alices, url("region", virginia))
    text = text_of(alices, page)
    assert f"{many(alice_scope, virginia)} create" in text
    assert "Subnet × 9" in text
    assert "To the region" in text


def test_an_auditor_looks_and_neither_asks_nor_approves(
    alice_scope: Scope,
    bob: User,
    client_of: Callable[[User], Client],
    virginia: Region,
    signed_with: SignedWith,
) -> None:
    change = requested(alice_scope, virginia, signed_with(nodes_max="15"))
    bobs = client_of(bob)
    assert "Ask for approval" not in text_of(bobs, url("region-change-preview", virginia, number=2))
    text = text_of(bobs, url("region-change", virginia, change_id=change.pk))
    assert "Waits for an owner or operator." in text
    assert "Withdraw" not in text
    assert bobs.get(url("region-change-new", virginia)).status_code == 403
    for act in ("approve", "deny", "withdraw"):
        assert bobs.post(url(f"region-change-{act}", virginia, change_id=change.pk)).status_code == 403


def test_a_stranger_finds_nothing(
    alice_scope: Scope,
    mallory: User,
    client_of: Callable[[User], Client],
    virginia: Region,
    signed_with: SignedWith,
) -> None:
    change = requested(alice_scope, virginia, signed_with(nodes_max="15"))
    mallorys = client_of(mallory)
    for page in (
        url("region-changes", virginia),
        url("region-change-preview", virginia, number=2),
        url("region-change", virginia, change_id=change.pk),
    ):
        assert mallorys.get(page).status_code == 404
        assert mallorys.get(page.replace("/o/acme/", "/o/evil/")).status_code == 404


def test_the_list_asks_as_much_for_twenty_requests_as_for_one(
    alices: Client, alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(nodes_max="15")
    requested(alice_scope, virginia, version)
    few = questions_of(alices, url("region-changes", virginia))
    for _ in range(19):
        requested(alice_scope, virginia, version)
    assert questions_of(alices, url("region-changes", virginia)) == few == 5
