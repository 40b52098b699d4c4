"""A change is asked for, shown, approved by a person, and carried out as it was shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Organization, User
from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.errors import Refused
from console.kernel.scope import ActorKind, Scope
from console.operations.actions.operations import OperationGoingOn
from console.operations.models import Operation, Step
from regions.actions import departures, region_changes, region_previews, regions
from regions.actions.region_plans import PlanNotSigned, PlanOutdated
from regions.actions.region_rows import NotInThisState
from regions.models import (
    ChangeState,
    CheckGroup,
    ConnectionCheck,
    Onboarding,
    PlanVersion,
    Region,
    RegionChange,
    Resource,
)
from regions.states import RegionState, Verdict
from regions.steps.observed import reached
from tests.unit.region_changes.conftest import SignedWith, compiled_with, log_groups

pytestmark = pytest.mark.django_db


def asked(scope: Scope, region: Region, version: PlanVersion, note: str = "") -> RegionChange:
    with scope.entered():
        return region_changes.ask(scope=scope, region=region, plan_version=version, note=note)


def approved(scope: Scope, change: RegionChange) -> Operation:
    with scope.entered():
        return region_changes.approve(scope=scope, change=change)


def state_of(scope: Scope, change: RegionChange) -> str:
    with scope.entered():
        return str(RegionChange.objects.get(pk=change.pk).state)


def steps_of(scope: Scope, operation: Operation) -> dict[str, Step]:
    with scope.entered():
        return {step.name: step for step in Step.objects.visible_to(scope).of_operation(operation)}


def events(scope: Scope, name: str) -> int:
    with scope.entered():
        return int(AuditEvent.objects.filter(event=name).count())


def test_a_change_shows_what_it_does_and_does_nothing_yet(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))

    [told] = change.document["changes"]
    assert (told["verb"], told["name"]) == ("update", "node-group")
    assert told["fields"] == [
        {"field": "scalingConfig.maxSize", "before": 12, "after": 15, "in_place": True},
    ]
    with alice_scope.entered():
        others = Resource.objects.visible_to(alice_scope).of_region(virginia).count() - 1
    assert change.document["counts"]["unchanged"] == others
    assert change.document["cost"]["difference"] == "0.00"  # nodes are counted at their minimum
    assert "eks:UpdateNodegroupConfig" in change.document["permissions"]["needed"]
    assert change.state == ChangeState.AWAITING_APPROVAL
    assert events(alice_scope, "region-change:requested") == 1
    with alice_scope.entered():
        assert not Operation.objects.of_kind("update").exists()
        assert Region.objects.get().plan_number == 1


def test_an_approval_carries_out_what_was_shown(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(nodes_min="9", log_retention_days="90")
    change = asked(alice_scope, virginia, version)
    assert change.document["cost"]["difference"].startswith("86")  # three nodes, and their volumes

    operation = approved(alice_scope, change)

    names = set(steps_of(alice_scope, operation))
    assert names == {"node-group", *log_groups(alice_scope, virginia), "health"}
    with alice_scope.entered():
        region = Region.objects.get()
        manifest = Resource.objects.get(region=region, name="node-group").manifest
    assert (region.plan_id, region.plan_number, region.spec["cluster"]["nodes_min"]) == (version.pk, 2, 9)
    assert manifest["spec"]["forProvider"]["scalingConfig"]["minSize"] == 9
    assert state_of(alice_scope, change) == ChangeState.APPROVED
    assert events(alice_scope, "region-change:approved") == 1


def test_the_nodes_of_another_type_go_before_new_ones_come(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(instance_type="m5.4xlarge", nodes_min="3", nodes_max="6")
    change = asked(alice_scope, virginia, version, note="Larger apps; announced for Sunday.")
    steps = steps_of(alice_scope, approved(alice_scope, change))

    assert set(steps) == {"delete-node-group", "node-group", "health"}
    assert steps["node-group"].needs == ["delete-node-group"]
    gone = steps["delete-node-group"].params["manifest"]["spec"]["forProvider"]
    assert gone["instanceTypes"] == ["m5.2xlarge"]


def test_a_warning_wants_a_reason(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    version = signed_with(log_retention_days="7")
    with pytest.raises(region_changes.NoteMissing, match="kept for a shorter time"):
        asked(alice_scope, virginia, version)
    change = asked(alice_scope, virginia, version, note="The auditors agreed.")
    assert change.note == "The auditors agreed."


def test_a_denied_check_refuses(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    version = signed_with(storage_gib="400")
    with pytest.raises(region_previews.PolicyDenies, match=r"storage would shrink.*800 GiB.*400 GiB"):
        asked(alice_scope, virginia, version, note="Please.")
    with alice_scope.entered():
        assert not RegionChange.objects.exists()


def test_a_region_is_not_made_from_a_plan_that_a_check_denies(
    alice_scope: Scope, virginia: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_args: object) -> None:
        raise region_previews.PolicyDenies("Denied.")

    monkeypatch.setattr(regions, "require_allowed", denied)
    with alice_scope.entered():
        virginia.state = RegionState.PLANNED
        virginia.save(update_fields=["state"])
        version = PlanVersion.objects.get(pk=virginia.plan_id)
        with pytest.raises(region_previews.PolicyDenies):
            regions.request(scope=alice_scope, plan_version=version)


def test_an_action_that_the_last_verification_did_not_find_refuses(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(nodes_max="15")
    with alice_scope.entered():
        needed = region_previews.of_version(scope=alice_scope, version=version).grants
        for grant in needed:
            refused = grant.name == "eks:UpdateNodegroupConfig"
            ConnectionCheck.objects.create(
                org_id=alice_scope.org_id, connection=virginia.connection, group=CheckGroup.PERMISSION,
                name=f"deployment:{grant.name}", title=grant.name, role="deployment", method="simulated",
                verdict=Verdict.REFUSED if refused else Verdict.PASS,
            )  # fmt: skip
        assert region_previews.of_version(scope=alice_scope, version=version).lacking == (
            "eks:UpdateNodegroupConfig",
        )
    with pytest.raises(region_previews.PolicyDenies, match="eks:UpdateNodegroupConfig"):
        asked(alice_scope, virginia, version)


def test_a_plan_that_changes_nothing_is_no_change(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    with pytest.raises(region_changes.NothingChanges):
        asked(alice_scope, virginia, signed_with(cost_center="", data_rto_hours="12"))


def test_only_a_signed_and_current_version_is_asked_for(
    alice_scope: Scope, virginia: Region, onboarding: Onboarding, signed_with: SignedWith
) -> None:
    unsigned = compiled_with(alice_scope, onboarding, nodes_max="15")
    with pytest.raises(PlanNotSigned):
        asked(alice_scope, virginia, unsigned)
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    compiled_with(alice_scope, onboarding, nodes_max="18")
    with pytest.raises(PlanOutdated):
        approved(alice_scope, change)


def test_a_region_that_changed_since_is_shown_again(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    with alice_scope.entered():
        row = Resource.objects.get(region=virginia, name="node-group")
        row.manifest["spec"]["forProvider"]["scalingConfig"]["maxSize"] = 13
        row.save(update_fields=["manifest"])
    with pytest.raises(region_changes.PreviewOutdated):
        approved(alice_scope, change)
    assert state_of(alice_scope, change) == ChangeState.AWAITING_APPROVAL


def test_a_request_expires(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    version = signed_with(nodes_max="15")
    change = asked(alice_scope, virginia, version)
    with alice_scope.entered():
        RegionChange.objects.update(expires_at=now() - timedelta(seconds=1))
        change.refresh_from_db()
    assert change.standing(now()) is ChangeState.EXPIRED
    with pytest.raises(region_changes.ChangeExpired):
        approved(alice_scope, change)
    again = asked(alice_scope, virginia, version)
    assert state_of(alice_scope, change) == ChangeState.EXPIRED
    assert again.standing(now()) is ChangeState.AWAITING_APPROVAL


def test_a_newer_request_takes_over_from_one_that_waits(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    first = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    second = asked(alice_scope, virginia, signed_with(nodes_max="18"))
    assert state_of(alice_scope, first) == ChangeState.WITHDRAWN
    assert state_of(alice_scope, second) == ChangeState.AWAITING_APPROVAL


def test_what_is_decided_stays_decided(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    with alice_scope.entered():
        region_changes.deny(scope=alice_scope, change=change, note="Not this quarter.")
    assert events(alice_scope, "region-change:denied") == 1
    with pytest.raises(region_changes.ChangeDecided, match="denied already"):
        approved(alice_scope, change)
    with alice_scope.entered(), pytest.raises(region_changes.ChangeDecided):
        region_changes.withdraw(scope=alice_scope, change=change)


def test_whoever_asked_may_withdraw(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    with alice_scope.entered():
        region_changes.withdraw(scope=alice_scope, change=change)
    assert state_of(alice_scope, change) == ChangeState.WITHDRAWN
    assert events(alice_scope, "region-change:withdrawn") == 1


def test_one_operation_at_a_time_changes_a_region(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    with alice_scope.entered():
        departures.deprovision(scope=alice_scope, region=virginia, typed_name=virginia.name)
        Region.objects.filter(pk=virginia.pk).update(state=RegionState.ACTIVE)
    with pytest.raises(OperationGoingOn):
        approved(alice_scope, change)
    with alice_scope.entered():
        assert Region.objects.get().plan_number == 1


def test_only_an_active_region_is_changed(alice_scope: Scope, virginia: Region, signed_with: SignedWith) -> None:
    version = signed_with(nodes_max="15")
    with alice_scope.entered():
        virginia.state = RegionState.FAILED
        virginia.save(update_fields=["state"])
    with pytest.raises(NotInThisState, match="failed and cannot be changed"):
        asked(alice_scope, virginia, version)


def test_an_auditor_neither_asks_nor_approves(
    acme: Organization,
    alice_scope: Scope,
    bob: User,
    scope_of: Callable[[User, Organization], Scope],
    virginia: Region,
    signed_with: SignedWith,
) -> None:
    bob_scope = scope_of(bob, acme)
    version = signed_with(nodes_max="15")
    with pytest.raises(Refused):
        asked(bob_scope, virginia, version)
    change = asked(alice_scope, virginia, version)
    with pytest.raises(Refused):
        approved(bob_scope, change)


def test_a_machine_does_not_approve(
    alice: User, alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    token = replace(alice_scope, actor=replace(alice_scope.actor, kind=ActorKind.TOKEN))
    with pytest.raises(region_changes.NotAPerson):
        approved(token, change)


def test_strangers_find_no_change(
    alice_scope: Scope, mallory_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    change = asked(alice_scope, virginia, signed_with(nodes_max="15"))
    with mallory_scope.entered(), pytest.raises(region_changes.ChangeUnknown):
        region_changes.get(scope=mallory_scope, change_id=change.pk)


def test_a_budget_that_the_nodes_may_exceed_is_warned_of(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(nodes_max="18", monthly_budget="4000")
    with alice_scope.entered():
        preview = region_previews.of_version(scope=alice_scope, version=version)
    assert [one.rule.key for one in preview.warnings] == ["over-budget"]
    assert "the budget is $4,000" in preview.warnings[0].detail


def test_a_change_that_was_cut_off_is_shown_again_as_far_as_it_did_not_get(
    alice_scope: Scope, virginia: Region, signed_with: SignedWith
) -> None:
    version = signed_with(nodes_max="15", log_retention_days="90")
    operation = approved(alice_scope, asked(alice_scope, virginia, version))
    reached(alice_scope, virginia.pk, "node-group")
    with alice_scope.entered():
        Operation.objects.filter(pk=operation.pk).update(state="cancelled", finished_at=now())
        again = region_previews.of_version(scope=alice_scope, version=version)
    assert {change.name for change in again.changes} == log_groups(alice_scope, virginia)
    assert approved(alice_scope, asked(alice_scope, virginia, version)).kind == "update"
