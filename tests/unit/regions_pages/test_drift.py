"""The pages of a region's drift, and the acts on a finding."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.models import DriftScan, DriftWatch, Finding, Override, Region, Resource
from regions.states import FindingState, ScanState, ScanTrigger
from tests import scenes
from tests.asking import asked
from tests.unit.regions_pages.conftest import Get

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(alice_scope: Scope, frankfurt: Region) -> Finding:
    return scenes.finding(alice_scope, frankfurt)


def url_of(region: Region, name: str = "region-drift", /, **kwargs: Any) -> str:
    return reverse(name, kwargs={"org": "acme", "region_id": region.id, **kwargs})


def state_of(scope: Scope, finding: Finding) -> str:
    with scope.entered():
        return str(Finding.objects.get(pk=finding.pk).state)


def test_before_the_first_scan_the_page_says_so(get: Get, frankfurt: Region) -> None:
    text = get("region-drift", region_id=frankfurt.id)
    for words in ("No scan yet", "No finding has been settled.", "every 15 min"):
        assert words in text


def test_a_finding_says_what_how_bad_since_when_and_who(get: Get, frankfurt: Region, finding: Finding) -> None:
    text = get("region-drift", region_id=frankfurt.id)
    for words in (finding.sentence, "inbound rules beyond the plan", "m.oberg", "10.8.4.22", "b1f0aa77"):
        assert words in text
    assert "ec2:AuthorizeSecurityGroupIngress" in text
    assert url_of(frankfurt, "region-drift-revert") in text


def test_what_no_call_changes_back_offers_no_revert(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    field = {"field": "cidrBlock", "expected": "10.0.0.0/16", "observed": "10.1.0.0/16", "immutable": True}
    scenes.finding(alice_scope, frankfurt, fields=[field])
    assert 'name="finding"' not in get("region-drift", region_id=frankfurt.id)


def test_scans_are_listed_with_their_calls(get: Get, alice_scope: Scope, frankfurt: Region) -> None:
    with alice_scope.entered():
        DriftScan.objects.create(
            org_id=alice_scope.org_id, region=frankfurt, trigger=ScanTrigger.SCHEDULE, state=ScanState.SUCCEEDED,
            started_at=now() - timedelta(seconds=8), resources=104, read=99, calls=53, opened=2, held=3,
        )  # fmt: skip
    text = get("region-drift", region_id=frankfurt.id)
    for words in ("53 calls in the last one", "99 of 104", "2 new", "3 held", "Nothing differs from the plan"):
        assert words in text


def test_the_page_asks_as_often_with_many_findings(
    alices: Client, alice_scope: Scope, frankfurt: Region, finding: Finding
) -> None:
    before = asked(alices, url_of(frankfurt))
    for place in range(5):
        scenes.finding(alice_scope, frankfurt, resource=f"open-{place}")
        scenes.finding(alice_scope, frankfurt, resource=f"done-{place}", state=FindingState.REVERTED)
    assert asked(alices, url_of(frankfurt)) == before


def test_a_person_reverts_one_finding(
    alices: Client, alice_scope: Scope, frankfurt: Region, finding: Finding
) -> None:
    other = scenes.finding(alice_scope, frankfurt, resource="vpc")
    answer = alices.post(url_of(frankfurt, "region-drift-revert"), {"finding": str(finding.id)})
    assert answer.status_code == 303
    with alice_scope.entered():
        operation = Operation.objects.get()
    assert (operation.kind, operation.title) == ("revert", f"Revert {finding.title}")
    assert (state_of(alice_scope, finding), state_of(alice_scope, other)) == ("reverting", "open")


def test_a_person_accepts_with_a_reason(
    alices: Client, alice_scope: Scope, frankfurt: Region, finding: Finding
) -> None:
    where = url_of(frankfurt, "region-finding-accept", finding_id=finding.id)
    refused = alices.post(where, {"reason": ""})
    assert refused.status_code == 422
    assert "Say why this is wanted from now on." in refused.content.decode()
    assert alices.post(where, {"reason": "Case 4180"}).status_code == 303
    assert state_of(alice_scope, finding) == "accepted"
    with alice_scope.entered():
        assert Override.objects.get().reason == "Case 4180"


def test_a_person_snoozes_and_wakes(
    alices: Client, alice_scope: Scope, frankfurt: Region, finding: Finding
) -> None:
    where = url_of(frankfurt, "region-finding-snooze", finding_id=finding.id)
    assert alices.post(where, {"reason": "Load test", "hours": "720"}).status_code == 422, "longer than is offered"
    assert alices.post(where, {"reason": "Load test", "hours": "8"}).status_code == 303
    assert state_of(alice_scope, finding) == "snoozed"
    assert alices.post(url_of(frankfurt, "region-finding-wake", finding_id=finding.id)).status_code == 303
    assert state_of(alice_scope, finding) == "open"


def test_a_resource_is_left_alone_and_told_apart_from_ready_synced_and_up_to_date(
    alices: Client, get: Get, alice_scope: Scope, frankfurt: Region
) -> None:
    assert (
        alices.post(url_of(frankfurt, "region-resource-pause", name="vpc"), {"reason": "Case 1"}).status_code
        == 303
    )
    assert "Case 1" in get("region-drift", region_id=frankfurt.id)
    text = get("region-resources", region_id=frankfurt.id)
    for column in ("Ready", "Synced", "UpToDate", "Paused"):
        assert f'data-l="{column}"' in text
    assert alices.post(url_of(frankfurt, "region-resource-resume", name="vpc")).status_code == 303
    with alice_scope.entered():
        assert not Resource.objects.visible_to(alice_scope).of_region(frankfurt).paused().exists()


def test_the_policy_is_set_by_kind(alices: Client, alice_scope: Scope, frankfurt: Region) -> None:
    where = url_of(frankfurt, "region-drift-policy")
    assert alices.get(where).status_code == 200
    sent = {"every_seconds": "3600", "others": "propose", "kind-Group": "heal", "kind-VPC": ""}
    assert alices.post(where, sent).status_code == 303
    with alice_scope.entered():
        watch = DriftWatch.objects.get()
    assert (watch.every_seconds, watch.healing) == (3600, {"": "propose", "Group": "heal"})
    assert alices.post(where, {**sent, "every_seconds": "7"}).status_code == 422


def test_an_auditor_reads_and_does_nothing(
    bob: User, client_of: Callable[[User], Client], frankfurt: Region, finding: Finding
) -> None:
    client = client_of(bob)
    text = client.get(url_of(frankfurt)).content.decode()
    assert finding.sentence in text
    assert 'name="finding"' not in text
    assert client.post(url_of(frankfurt, "region-drift-revert")).status_code == 403
    assert client.post(url_of(frankfurt, "region-drift-policy")).status_code == 403


def test_an_outsider_finds_nothing(
    mallory: User, client_of: Callable[[User], Client], frankfurt: Region, finding: Finding
) -> None:
    client = client_of(mallory)
    assert client.get(url_of(frankfurt)).status_code == 404
    assert client.get(url_of(frankfurt, "region-finding", finding_id=finding.id)).status_code == 404
