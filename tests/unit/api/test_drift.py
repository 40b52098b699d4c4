"""Drift over the Management API."""

from datetime import timedelta

import pytest

from console.kernel.clock import now
from console.kernel.scope import Scope
from regions.models import Finding, Region
from tests import scenes
from tests.unit.api.conftest import Machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(alice_scope: Scope, frankfurt: Region) -> Finding:
    return scenes.finding(alice_scope, frankfurt)


def test_a_finding_tells_what_a_page_tells(machine: Machine, frankfurt: Region, finding: Finding) -> None:
    (listed,) = machine.get(f"regions/{frankfurt.id}/findings").json()["items"]
    one = machine.get(f"findings/{finding.id}").json()
    assert listed == one
    assert (one["state"], one["harm"], one["trace"]["call"]) == (
        "open",
        "Great",
        "ec2:AuthorizeSecurityGroupIngress",
    )
    assert one["fields"][0]["observed"] == ["tcp 22 from 0.0.0.0/0"]


def test_a_revert_answers_with_its_operation_and_is_not_started_twice(machine: Machine, finding: Finding) -> None:
    dry = machine.post(f"findings/{finding.id}/revert?dry_run=true")
    assert dry.headers["Dry-Run"]
    first = machine.post(f"findings/{finding.id}/revert", key="k-1")
    again = machine.post(f"findings/{finding.id}/revert", key="k-1")
    assert (first.status_code, again.json()) == (202, first.json())
    assert machine.get(f"findings/{finding.id}").json()["state"] == "reverting"


def test_a_snooze_wants_a_reason_and_an_end(machine: Machine, finding: Finding) -> None:
    until = (now() + timedelta(hours=2)).isoformat()
    assert machine.post(f"findings/{finding.id}/snooze", {"until": until}).status_code == 400
    late = (now() + timedelta(days=20)).isoformat()
    refused = machine.post(f"findings/{finding.id}/snooze", {"reason": "Case 1", "until": late})
    assert refused.json()["code"] == "snooze_too_long"
    answer = machine.post(f"findings/{finding.id}/snooze", {"reason": "Case 1", "until": until})
    assert answer.json()["state"] == "snoozed"
    assert machine.post(f"findings/{finding.id}/wake").json()["state"] == "open"


def test_what_becomes_wanted_is_a_persons_word_never_a_tokens(machine: Machine, finding: Finding) -> None:
    assert machine.post(f"findings/{finding.id}/accept", {"reason": "x"}).status_code == 403


def test_how_a_region_is_watched_is_read_by_a_token(machine: Machine, frankfurt: Region) -> None:
    watch = machine.get(f"regions/{frankfurt.id}/drift-policy").json()
    assert (watch["every_seconds"], watch["healing"]) == (900, {})
