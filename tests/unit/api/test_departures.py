"""Leaving over the Management API: holds, choices, leftovers, certificates."""

from datetime import timedelta

import pytest

from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation
from regions.models import DeletionCertificate, Region
from regions.states import RegionState
from tests import scenes
from tests.unit.api.conftest import Machine
from tests.unit.api.test_contract import assert_problem
from tests.unit.regions_pages.test_departures import certified

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(alice_scope: Scope) -> Region:
    region = scenes.region(alice_scope, "gone", state=RegionState.DEPROVISIONED)
    certified(alice_scope, region)
    return region


def body_of(days: int = 30) -> dict[str, str]:
    return {"until": str(now().date() + timedelta(days=days)), "reason": "Litigation with Initech"}


def test_an_operators_token_places_no_hold(machine: Machine, frankfurt: Region) -> None:
    assert_problem(machine.post(f"regions/{frankfurt.id}/hold", body_of()), 403, "refused")


def test_a_hold_that_is_not_there_is_not_found(machine: Machine, frankfurt: Region) -> None:
    assert_problem(machine.get(f"regions/{frankfurt.id}/hold"), 404, "not_found")


def test_choices_are_given_one_by_one(machine: Machine, alice_scope: Scope) -> None:
    region = scenes.region(alice_scope, with_resources=True)
    body = {"name": "frankfurt", "buckets": "keep"}
    assert machine.post(f"regions/{region.id}/deprovision", body).status_code == 202
    with alice_scope.entered():
        assert Operation.objects.get().context["keeping"] == {"final_snapshot": True, "buckets": "keep"}


def test_an_unknown_choice_is_told(machine: Machine, frankfurt: Region) -> None:
    body = {"name": "frankfurt", "buckets": "burn"}
    assert_problem(machine.post(f"regions/{frankfurt.id}/deprovision", body), 400, "invalid")


def test_leftovers_are_listed(machine: Machine, gone: Region) -> None:
    assert machine.get(f"regions/{gone.id}/leftovers").json() == {"items": [], "next_cursor": ""}


def test_where_nothing_is_left_nothing_starts(machine: Machine, gone: Region) -> None:
    assert_problem(machine.post(f"regions/{gone.id}/leftovers/remove", {"name": "gone"}), 409, "nothing_left")


def test_a_certificate_is_read_and_judged(machine: Machine, gone: Region) -> None:
    [made] = machine.get(f"regions/{gone.id}/certificates").json()["items"]
    asked = {name: made[name] for name in ("statement", "signature", "key_id")}
    judged = machine.post("deletion-certificates/verify", asked).json()
    assert (judged["valid"], judged["said"]["number"]) == (True, 1)
    forged = {**asked, "statement": made["statement"].replace("vpc-1", "vpc-9")}
    judged = machine.post("deletion-certificates/verify", forged).json()
    assert (judged["valid"], judged["said"]) == (False, None)


def test_another_organization_reads_no_certificate(foreign: Machine, gone: Region, alice_scope: Scope) -> None:
    assert_problem(foreign.get(f"regions/{gone.id}/certificates"), 404, "not_found")
    with alice_scope.entered():
        assert DeletionCertificate.objects.count() == 1
