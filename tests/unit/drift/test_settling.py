"""What people and policies do about findings: accept, snooze, leave alone, heal; and what a scan leaves alone."""

from datetime import timedelta

import pytest

from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions import drift, drift_findings, drift_healing, drift_overrides
from regions.actions.drift_findings import FindingSettled, SnoozeTooLong, StillNeeded
from regions.actions.drift_overrides import NotAcceptable
from regions.models import Finding, Override, Resource
from regions.states import FindingState, Healing
from tests.unit.drift.conftest import Drifting

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
WORLD = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
LOGS = "platform-logs"


def keep_logs_for(drifting: Drifting, days: int) -> None:
    name = drifting.manifests[LOGS].external_name
    drifting.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)


@pytest.fixture
def shortened(drifting: Drifting) -> Finding:
    """The customer keeps the platform's logs for a day only; the test puts it back or accepts it."""
    keep_logs_for(drifting, 1)
    drifting.scan()
    return drifting.only()


@pytest.fixture(autouse=True)
def as_before(drifting: Drifting) -> object:
    yield
    keep_logs_for(drifting, drifting.manifests[LOGS].for_provider["retentionInDays"])


def accept(drifting: Drifting, finding: Finding) -> Override:
    with drifting.scope.entered():
        return drift_findings.accept(scope=drifting.scope, finding=finding, reason="Logs go to our own store.")


def snooze(drifting: Drifting, finding: Finding, span: timedelta) -> None:
    with drifting.scope.entered():
        drift_findings.snooze(scope=drifting.scope, finding=finding, reason="Case 4180.", until=now() + span)


def heal(drifting: Drifting, policy: Healing, kind: str = "Group") -> None:
    with drifting.scope.entered():
        drift.set_watch(
            scope=drifting.scope, region=drifting.region, every_seconds=900, healing={kind: policy}
        )  # fmt: skip


def healing(drifting: Drifting) -> Operation | None:
    return drift_healing.heal(org_id=drifting.region.org_id, region_id=drifting.region.id)


def test_what_is_accepted_is_wanted_from_now_on_as_a_version_of_its_own(
    drifting: Drifting, shortened: Finding
) -> None:
    override = accept(drifting, shortened)
    assert (override.number, override.fields) == (1, {"retentionInDays": 1})
    assert drifting.row(LOGS).manifest["spec"]["forProvider"]["retentionInDays"] == 1
    assert drifting.scan().opened == 0
    assert [finding.state for finding in drifting.findings()] == [FindingState.ACCEPTED]
    with drifting.scope.entered():
        event = AuditEvent.objects.visible_to(drifting.scope).get(event="finding:accepted")
    assert event.facts["version"] == 1


def test_a_newer_plan_keeps_what_was_accepted_until_it_says_something_else(
    drifting: Drifting, shortened: Finding
) -> None:
    accept(drifting, shortened)
    planned = drifting.manifests[LOGS]
    other = planned.with_fields(retentionInDays=90)
    with drifting.scope.entered():
        (same,) = drift_overrides.laid_over(drifting.scope, drifting.region, [planned])
        (decided,) = drift_overrides.laid_over(drifting.scope, drifting.region, [other])
    assert same.for_provider["retentionInDays"] == 1
    assert decided.for_provider["retentionInDays"] == 90


def test_an_accepted_addition_is_no_finding_and_another_is(drifting: Drifting) -> None:
    group, ec2 = drifting.id_of("load-balancer-security"), drifting.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    drifting.scan()
    accept(drifting, drifting.only())
    assert drifting.scan().opened == 0
    more = {**WORLD, "FromPort": 23, "ToPort": 23}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[more])
    drifting.scan()
    found = drifting.only()
    assert found.sentence == "Security group of the load balancer is open to the world: tcp 23 from 0.0.0.0/0."
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[WORLD, more])


def test_the_tags_by_which_resources_are_found_and_protected_are_never_accepted(drifting: Drifting) -> None:
    subnet, ec2 = drifting.id_of("public-a"), drifting.client("ec2")
    value = drifting.manifests["public-a"].tags["byoc:organization"]
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "byoc:organization"}])
    drifting.scan()
    with pytest.raises(NotAcceptable):
        accept(drifting, drifting.only())
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "byoc:organization", "Value": value}])


def test_a_deletion_is_accepted_only_where_nothing_stands_on_the_resource(
    drifting: Drifting, shortened: Finding
) -> None:
    with drifting.scope.entered():
        rows = Resource.objects.visible_to(drifting.scope).of_region(drifting.region)
        Finding.objects.filter(pk=shortened.pk).update(is_gone=True, fields=[])
        rows.filter(name="state-bucket").update(needs=[LOGS])
    with pytest.raises(StillNeeded, match="needs"):
        accept(drifting, shortened)
    with drifting.scope.entered():
        rows.filter(name="state-bucket").update(needs=[])
    assert accept(drifting, shortened).is_removed
    with drifting.scope.entered():
        assert not rows.filter(name=LOGS).exists()
        planned = list(drifting.manifests.values())
        assert LOGS not in {
            one.name for one in drift_overrides.laid_over(drifting.scope, drifting.region, planned)
        }


def test_a_snoozed_finding_counts_for_nothing_until_its_time_is_over(
    drifting: Drifting, shortened: Finding
) -> None:
    assert drifting.health() == "degraded"
    snooze(drifting, shortened, timedelta(days=2))
    assert drifting.health() == "healthy"
    drifting.scan()
    assert drifting.only().state == FindingState.SNOOZED
    with drifting.scope.entered():
        Finding.objects.filter(pk=shortened.pk).update(snoozed_until=now() - timedelta(seconds=1))
    drifting.scan()
    assert drifting.only().state == FindingState.OPEN


def test_a_snoozed_resource_that_changes_once_more_is_open_at_once(drifting: Drifting, shortened: Finding) -> None:
    snooze(drifting, shortened, timedelta(days=2))
    keep_logs_for(drifting, 3)
    drifting.scan()
    assert drifting.only().state == FindingState.OPEN


def test_great_harm_is_not_snoozed_for_long(drifting: Drifting) -> None:
    group, ec2 = drifting.id_of("load-balancer-security"), drifting.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    drifting.scan()
    with pytest.raises(SnoozeTooLong, match="24 hours"):
        snooze(drifting, drifting.only(), timedelta(days=2))
    snooze(drifting, drifting.only(), timedelta(hours=8))
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[WORLD])


def test_what_is_settled_is_not_settled_again(drifting: Drifting, shortened: Finding) -> None:
    accept(drifting, shortened)
    with pytest.raises(FindingSettled, match="accepted already"):
        snooze(drifting, shortened, timedelta(hours=1))


def test_a_region_heals_the_kinds_it_is_told_to(drifting: Drifting) -> None:
    heal(drifting, Healing.HEAL)
    keep_logs_for(drifting, 1)
    assert drifting.scan().healed == 1
    operation = healing(drifting)
    assert operation is not None
    assert operation.requested_by == "BYOC Console"
    assert drifting.drive(operation) == "succeeded"
    assert [finding.state for finding in drifting.findings()] == [FindingState.REVERTED]


def test_a_region_only_proposes_where_it_is_told_so(drifting: Drifting) -> None:
    heal(drifting, Healing.PROPOSE)
    keep_logs_for(drifting, 1)
    assert drifting.scan().healed == 0
    assert drifting.only().is_proposed
    assert healing(drifting) is None


def test_healing_leaves_to_people_what_somebody_undoes_again_and_again(
    drifting: Drifting, shortened: Finding
) -> None:
    heal(drifting, Healing.HEAL)
    with drifting.scope.entered():
        for _ in range(drift_healing.MOST_A_DAY):
            shortened.pk = None
            Finding.objects.create(
                org_id=shortened.org_id, region=drifting.region, resource=LOGS, kind="Group", title="x",
                sentence="x", state=FindingState.REVERTED, settled_by="BYOC Console", settled_at=now(),
            )  # fmt: skip
    assert healing(drifting) is None
    assert drifting.only().is_proposed


def test_a_paused_resource_is_looked_at_and_left_alone(drifting: Drifting) -> None:
    with drifting.scope.entered():
        drift.pause(scope=drifting.scope, resource=drifting.row(LOGS), reason="Case 4177 tries a day.")
    keep_logs_for(drifting, 1)
    drifting.scan()
    assert drifting.live() == {}
    assert drifting.row(LOGS).up_to_date is False
    with drifting.scope.entered():
        drift.resume(scope=drifting.scope, resource=drifting.row(LOGS))
    drifting.scan()
    assert drifting.only().resource == LOGS


def test_a_scan_judges_nothing_that_an_operation_is_changing(drifting: Drifting) -> None:
    """Neither what it changes now, nor what it changed while the scan was reading."""
    manifests = list(drifting.manifests.values())
    with drifting.scope.entered():
        steps = plans.update(manifests, changed=frozenset({LOGS}), removed=[])
        operation = operations.start(
            scope=drifting.scope, kind=plans.UPDATE, title="Change", target=drifting.region, steps=steps
        )
    keep_logs_for(drifting, 1)
    scan = drifting.scan()
    assert (scan.opened, scan.held) == (0, 1)
    assert drifting.drive(operation) == "succeeded"
    assert drifting.scan().held == 0
    assert drifting.live() == {}
