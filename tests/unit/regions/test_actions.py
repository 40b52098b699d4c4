from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import ActorKind, Scope
from console.operations.actions import operations
from console.operations.actions.operations import OperationGoingOn
from console.operations.models import Operation, Step
from console.operations.states import OperationState
from console.operations.steps import StepSpec
from regions.actions import departures, drift, region_plans, region_previews, regions
from regions.actions.region_rows import NotInThisState
from regions.blueprints import blueprint, by_name
from regions.changes.differing import Verb, changes
from regions.models import Connection, PlanVersion, Region, Resource, Side
from regions.states import ConnectionState, RegionState
from regions.steps.region_ends import stopped
from tests.unit.blueprints.specs import network, production
from tests.unit.onboarding.conftest import answered, compiled, onboarding  # noqa: F401
from tests.unit.regions.conftest import in_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(
    onboarding: Any,  # noqa: F811
    answered: Callable[..., Any],  # noqa: F811
    compiled: Callable[..., PlanVersion],  # noqa: F811
    alice_scope: Scope,
    carol_scope: Scope,
) -> PlanVersion:
    answered(onboarding)
    version = compiled(onboarding.pk)
    for scope, side in ((alice_scope, Side.OPERATOR), (carol_scope, Side.ARCHITECT)):
        with scope.entered():
            region_plans.sign(scope=scope, plan_id=version.pk, side=side)
    return version


def verify(scope: Scope) -> None:
    with scope.entered():
        Connection.objects.visible_to(scope).update(state=ConnectionState.VERIFIED)


def request(scope: Scope, version: PlanVersion) -> Region:
    with scope.entered():
        return regions.request(scope=scope, plan_version=version)


def test_a_signed_plan_becomes_a_planned_region_with_its_resources(
    alice_scope: Scope, signed: PlanVersion
) -> None:
    verify(alice_scope)
    with alice_scope.entered():
        wanted = region_previews.of_version(scope=alice_scope, version=signed).changes
    region = request(alice_scope, signed)
    assert {change.verb for change in wanted} == {Verb.CREATE}
    with alice_scope.entered():
        names = list(Resource.objects.visible_to(alice_scope).of_region(region).values_list("name", flat=True))
        assert sorted(names) == sorted(change.name for change in wanted)
        region.state = RegionState.ACTIVE
        region.save(update_fields=["state"])
        assert region_previews.of_version(scope=alice_scope, version=signed).changes == ()


def test_an_unverified_connection_carries_no_region(alice_scope: Scope, signed: PlanVersion) -> None:
    with pytest.raises(regions.ConnectionNotVerified, match="draft"):
        request(alice_scope, signed)


def test_a_region_is_asked_for_again_until_it_is_approved(alice_scope: Scope, signed: PlanVersion) -> None:
    verify(alice_scope)
    first = request(alice_scope, signed)
    assert request(alice_scope, signed).pk == first.pk
    with alice_scope.entered():
        regions.approve(scope=alice_scope, region=first)
    with pytest.raises(regions.RegionExists):
        request(alice_scope, signed)


def test_a_person_approves_and_provisioning_starts(alice_scope: Scope, region: Region) -> None:
    with alice_scope.entered():
        operation = regions.approve(scope=alice_scope, region=region)
        region.refresh_from_db()
        assert Step.objects.visible_to(alice_scope).of_operation(operation).count() > 90
        events = AuditEvent.objects.visible_to(alice_scope).filter(operation_id=operation.id)
        assert {event.event for event in events} == {"operation:started", "region:approved"}
    assert (region.state, region.approved_by) == (RegionState.PROVISIONING, "Alice")
    assert operation.kind == "provision"


def test_approving_takes_a_fixed_number_of_queries(
    alice_scope: Scope, region: Region, django_assert_max_num_queries: Any
) -> None:
    with alice_scope.entered(), django_assert_max_num_queries(16):
        regions.approve(scope=alice_scope, region=region)


def test_a_machine_does_not_approve(alice_scope: Scope, region: Region) -> None:
    machine = replace(alice_scope, actor=replace(alice_scope.actor, kind=ActorKind.TOKEN))
    with machine.entered(), pytest.raises(regions.NotAPerson):
        regions.approve(scope=machine, region=region)


def test_who_lacks_the_permission_does_not_approve(
    bob: User, acme: Organization, scope_of: Callable[[User, Organization], Scope], region: Region
) -> None:
    scope = scope_of(bob, acme)
    with scope.entered(), pytest.raises(Refused):
        regions.approve(scope=scope, region=region)


def test_a_request_expires_visibly(alice_scope: Scope, region: Region) -> None:
    with alice_scope.entered():
        region.created_at = now() - timedelta(days=8)
        region.save(update_fields=["created_at"])
        with pytest.raises(regions.ApprovalExpired, match="expired on"):
            regions.approve(scope=alice_scope, region=region)


def test_the_name_is_typed_to_deprovision(alice_scope: Scope, region: Region) -> None:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered():
        with pytest.raises(departures.NameNotTyped):
            departures.deprovision(scope=alice_scope, region=region, typed_name="frankfort")
        operation = departures.deprovision(scope=alice_scope, region=region, typed_name="frankfurt")
        region.refresh_from_db()
    assert (operation.kind, region.state) == ("deprovision", RegionState.DEPROVISIONING)


def test_a_planned_region_has_nothing_to_deprovision(alice_scope: Scope, region: Region) -> None:
    with alice_scope.entered(), pytest.raises(NotInThisState):
        departures.deprovision(scope=alice_scope, region=region, typed_name="frankfurt")


def test_one_operation_at_a_time_works_on_a_region(alice_scope: Scope, region: Region) -> None:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered():
        operations.start(scope=alice_scope, kind="x", title="x", target=region, steps=[StepSpec("a", "a", "a")])
        with pytest.raises(OperationGoingOn):
            departures.deprovision(scope=alice_scope, region=region, typed_name="frankfurt")
        region.refresh_from_db()
    assert region.state == RegionState.ACTIVE


def test_a_look_at_a_region_holds_no_operation_up(alice_scope: Scope, region: Region) -> None:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered():
        drift.scan(scope=alice_scope, region=region)
        with pytest.raises(OperationGoingOn):
            drift.scan(scope=alice_scope, region=region)
        departures.deprovision(scope=alice_scope, region=region, typed_name="frankfurt")
        region.refresh_from_db()
    assert region.state == RegionState.DEPROVISIONING


def test_a_half_made_region_is_failed_and_may_be_approved_again(alice_scope: Scope, region: Region) -> None:
    with alice_scope.entered():
        operation = regions.approve(scope=alice_scope, region=region)
        Operation.objects.filter(pk=operation.pk).update(state=OperationState.CANCELLED)
        operation.refresh_from_db()
        stopped(alice_scope, operation)
        region.refresh_from_db()
        assert region.state == RegionState.FAILED
        assert regions.approve(scope=alice_scope, region=region).kind == "provision"


def test_changes_name_fields_and_what_cannot_be_changed() -> None:
    spec = production()
    larger = replace(spec, cluster=replace(spec.cluster, nodes_max=12))
    [change] = changes(by_name(blueprint(spec)), by_name(blueprint(larger)))
    assert (change.verb, change.name) == (Verb.UPDATE, "node-group")
    assert [(each.field, each.before, each.after) for each in change.fields] == [("scalingConfig.maxSize", 9, 12)]

    moved = replace(spec, network=replace(network(), vpc_cidr="10.8.0.0/16"))
    found = {one.name: one.verb for one in changes(by_name(blueprint(spec)), by_name(blueprint(moved)))}
    assert found["vpc"] == Verb.REPLACE


def test_outsiders_see_no_region(mallory_scope: Scope, region: Region) -> None:
    with mallory_scope.entered(), pytest.raises(regions.RegionUnknown):
        regions.get(scope=mallory_scope, region_id=region.id)
