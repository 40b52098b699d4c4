"""Regions that leave: what is chosen, what is refused, what stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import Scope
from console.operations.actions import retries
from console.operations.models import Operation, Step
from console.operations.outcomes import Done
from console.operations.states import OperationState, StepState
from regions.actions import departures, holds
from regions.actions.region_rows import NotInThisState
from regions.blueprints.keeping import Buckets, Keeping
from regions.models import Region, RegionHold
from regions.states import RegionState
from regions.steps.holding import RegionHeld
from regions.steps.resources import KEPT_TAG, kept, present
from tests.unit.regions.clouds import MemoryCloud
from tests.unit.regions.conftest import in_state

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


@pytest.fixture
def active(region: Region, alice_scope: Scope) -> Region:
    return in_state(region, alice_scope, RegionState.ACTIVE)


def deprovision(scope: Scope, region: Region, keeping: Keeping | None = None) -> Operation:
    with scope.entered():
        return departures.deprovision(scope=scope, region=region, typed_name=region.name, keeping=keeping)


def hold(scope: Scope, region: Region, days: int = 30, reason: str = "Litigation with Initech") -> RegionHold:
    with scope.entered():
        until = now().date() + timedelta(days=days)
        return holds.place(scope=scope, region=region, until=until, reason=reason)


def steps(scope: Scope, operation: Operation) -> dict[str, Step]:
    with scope.entered():
        return {step.name: step for step in Step.objects.visible_to(scope).of_operation(operation)}


# -- what becomes of the data


def test_a_final_snapshot_is_taken_and_its_key_stays(alice_scope: Scope, active: Region) -> None:
    found = steps(alice_scope, deprovision(alice_scope, active, Keeping(final_snapshot=True)))
    fields = found["delete-database"].params["fields"]
    assert fields["skipFinalSnapshot"] is False
    assert fields["finalSnapshotIdentifier"].startswith("byoc-")
    assert "keep-encryption-key" in found
    assert not {"delete-encryption-key", "delete-encryption-key-alias"} & set(found)


def test_a_bucket_is_kept_with_its_settings(alice_scope: Scope, active: Region) -> None:
    found = steps(alice_scope, deprovision(alice_scope, active, Keeping(buckets=Buckets.KEEP)))
    assert {"keep-state-bucket", "keep-encryption-key"} <= set(found)
    assert not [name for name in found if name.startswith("delete-state-bucket")]
    assert found["delete-database"].params["fields"] == {"skipFinalSnapshot": True}


def test_without_choices_everything_goes_as_the_plan_says(alice_scope: Scope, active: Region) -> None:
    operation = deprovision(alice_scope, active)
    assert operation.context["keeping"] == {"final_snapshot": True, "buckets": "delete"}


def test_the_choice_stands_in_the_trail(alice_scope: Scope, active: Region) -> None:
    deprovision(alice_scope, active, Keeping(buckets=Buckets.KEEP))
    with alice_scope.entered():
        event = AuditEvent.objects.visible_to(alice_scope).get(event="region:deprovision-requested")
    assert event.facts == {"final_snapshot": False, "buckets": "keep"}


def test_what_stays_is_marked_in_the_cloud(cloud: MemoryCloud, context_of: Callable[..., Any]) -> None:
    present(context_of("encryption-key"))
    outcome = kept(context_of("encryption-key"))
    assert isinstance(outcome, Done)
    assert cloud.tags["encryption-key"][KEPT_TAG] == "yes"
    assert "stays" in outcome.message


def test_what_is_not_there_is_not_made_to_be_kept(cloud: MemoryCloud, context_of: Callable[..., Any]) -> None:
    assert kept(context_of("state-bucket")) == Done("There is nothing to keep.", facts={"exists": False})
    assert cloud.verbs == ["observe"]


# -- holds


def test_a_held_region_is_not_deprovisioned(alice_scope: Scope, active: Region) -> None:
    hold(alice_scope, active)
    with pytest.raises(RegionHeld, match="by Alice: Litigation with Initech"):
        deprovision(alice_scope, active)
    with alice_scope.entered():
        assert Region.objects.get(pk=active.pk).state == RegionState.ACTIVE


def test_a_hold_that_is_over_holds_nothing(alice_scope: Scope, active: Region) -> None:
    held = hold(alice_scope, active)
    with alice_scope.entered():
        RegionHold.objects.filter(pk=held.pk).update(until=now().date() - TOMORROW)
    assert deprovision(alice_scope, active)


def test_the_last_day_of_a_hold_counts(alice_scope: Scope, active: Region) -> None:
    held = hold(alice_scope, active)
    with alice_scope.entered():
        RegionHold.objects.filter(pk=held.pk).update(until=now().date())
    with pytest.raises(RegionHeld):
        deprovision(alice_scope, active)


def test_a_lifted_hold_holds_nothing_and_both_stand_in_the_trail(alice_scope: Scope, active: Region) -> None:
    hold(alice_scope, active)
    with alice_scope.entered():
        holds.lift(scope=alice_scope, region=active, reason="Settled out of court")
        events = AuditEvent.objects.visible_to(alice_scope).filter(event__in=["region:held", "region:released"])
        assert dict(events.values_list("event", "reason")) == {
            "region:held": "Litigation with Initech",
            "region:released": "Settled out of court",
        }
    assert deprovision(alice_scope, active)


def test_a_hold_is_made_longer_never_shorter(alice_scope: Scope, active: Region) -> None:
    hold(alice_scope, active, days=30)
    hold(alice_scope, active, days=60, reason="Extended by the court")
    with pytest.raises(holds.HoldDayUnfit, match="never shorter"):
        hold(alice_scope, active, days=40)
    with alice_scope.entered():
        assert RegionHold.objects.visible_to(alice_scope).not_lifted().get().reason == "Extended by the court"


@pytest.mark.parametrize("days", [0, -1, 366 * 31])
def test_a_hold_ends_on_a_day_to_come(alice_scope: Scope, active: Region, days: int) -> None:
    with pytest.raises(holds.HoldDayUnfit):
        hold(alice_scope, active, days=days)


def test_a_hold_has_a_reason(alice_scope: Scope, active: Region) -> None:
    with pytest.raises(holds.ReasonMissing):
        hold(alice_scope, active, reason="  no ")


def test_what_is_not_held_is_not_released(alice_scope: Scope, active: Region) -> None:
    with alice_scope.entered(), pytest.raises(holds.NotHeld):
        holds.lift(scope=alice_scope, region=active, reason="Just to be sure")


def test_a_region_that_is_leaving_is_not_held_any_more(alice_scope: Scope, active: Region) -> None:
    deprovision(alice_scope, active)
    with pytest.raises(NotInThisState):
        hold(alice_scope, active)


def test_a_deprovisioning_that_failed_is_not_taken_up_again_while_the_region_is_held(
    alice_scope: Scope, active: Region
) -> None:
    operation = deprovision(alice_scope, active)
    with alice_scope.entered():
        Operation.objects.filter(pk=operation.pk).update(state=OperationState.FAILED)
        Step.objects.filter(operation=operation, name="delete-database").update(state=StepState.FAILED)
        Region.objects.filter(pk=active.pk).update(state=RegionState.FAILED)
    hold(alice_scope, active)
    with alice_scope.entered():
        step = Step.objects.get(operation=operation, name="delete-database")
        with pytest.raises(RegionHeld):
            retries.retry(scope=alice_scope, step=step)


def test_an_operator_lifts_no_hold(
    acme: Organization, bob: User, scope_of: Callable[[User, Organization], Scope], active: Region
) -> None:
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        holds.lift(scope=scope, region=active, reason="I would like to")
