"""Changing a region that is there: resized, grown, opened to a range, a resource more and fewer, nodes anew."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import Organization
from console.kernel.permissions import Permission
from console.operations.actions import decisions
from console.operations.engine.shift import Shift
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from regions.actions import region_previews
from regions.actions.region_changes import carry_out
from regions.actions.region_previews import Preview, Terms
from regions.blueprints import by_name
from regions.blueprints.aws.build import resource
from regions.changes.differing import changes
from regions.models import Region, Resource
from regions.questionnaire import codec
from regions.spec import RegionSpec
from tests.faults.driving import PATIENCE_SECONDS, QUICK, drive, seen, unfinished
from tests.faults.inventory import named
from tests.faults.world import FrontDoor, World, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
MORE = "/byoc/more"


def spec_of(world: World) -> RegionSpec:
    return codec.from_document(RegionSpec, Region.objects.using("owner").get(pk=world.region.pk).spec)


def previewed(world: World, spec: RegionSpec) -> Preview:
    with world.scope.entered():
        region = Region.objects.get(pk=world.region.pk)
        return region_previews.of_spec(scope=world.scope, region=region, spec=spec, terms=Terms())


def changed(world: World, preview: Preview) -> Operation:
    with world.scope.entered():
        return carry_out(world.scope, Region.objects.get(pk=world.region.pk), preview)


def evaluated(world: World) -> set[str]:
    """What the deployment role was asked for since it was last forgotten."""
    query = {"account_id": world.account.account_id, "principal": world.connection.role_arn}
    return set(world.door.control("GET", "evaluated", **query))


def told(preview: Preview) -> dict[str, str]:
    return {change.name: change.verb.value for change in preview.changes}


def described(world: World, service: str, method: str, **request: Any) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = getattr(world.account.client(service), method)(**request)
    return answer


def cloud_name(world: World, name: str) -> str:
    return by_name(world.manifests)[name].external_name


def database(world: World) -> Mapping[str, Any]:
    name = cloud_name(world, "database")
    found: Mapping[str, Any] = described(world, "rds", "describe_db_instances", DBInstanceIdentifier=name)[
        "DBInstances"
    ][0]
    return found


def nodes(world: World) -> Mapping[str, Any]:
    found: Mapping[str, Any] = described(
        world,
        "eks",
        "describe_nodegroup",
        clusterName=cloud_name(world, "cluster"),
        nodegroupName=cloud_name(world, "node-group"),
    )["nodegroup"]
    return found


def log_groups(world: World, prefix: str) -> list[str]:
    found = described(world, "logs", "describe_log_groups", logGroupNamePrefix=prefix)["logGroups"]
    return [group["logGroupName"] for group in found]


def ranges(world: World) -> list[str]:
    cluster = described(world, "eks", "describe_cluster", name=cloud_name(world, "cluster"))["cluster"]
    return sorted(cluster["resourcesVpcConfig"]["publicAccessCidrs"])


def larger(spec: RegionSpec) -> RegionSpec:
    return replace(
        spec,
        cluster=replace(
            spec.cluster, nodes_min=4, nodes_max=12, endpoint_cidrs=("198.51.100.7/32", "203.0.113.0/24")
        ),
        database=replace(spec.database, instance_class="db.r6g.4xlarge", storage_gib=400),
        log_retention_days=90,
    )


def test_a_region_is_changed_as_it_was_shown_and_then_is_what_its_plan_says(
    acme: Organization, door: FrontDoor
) -> None:
    world = world_of(door, acme)
    operation = drive(world.provision())
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)

    preview = previewed(world, larger(spec_of(world)))
    assert set(told(preview).values()) == {"update"}
    assert set(told(preview)) == {
        "cluster", "node-group", "database", "platform-logs", "cluster-logs", "database-logs",
    }  # fmt: skip
    before = named(world)
    world.door.control("DELETE", "evaluated", account_id=world.account.account_id)
    operation = drive(changed(world, preview))
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert evaluated(world) <= {grant.name for grant in preview.grants}

    assert (nodes(world)["scalingConfig"]["minSize"], nodes(world)["scalingConfig"]["maxSize"]) == (4, 12)
    assert (database(world)["DBInstanceClass"], database(world)["AllocatedStorage"]) == ("db.r6g.4xlarge", 400)
    assert ranges(world) == ["198.51.100.7/32", "203.0.113.0/24"]
    assert named(world) == before
    assert told(previewed(world, preview.spec)) == {}

    spec = anew_after_a_second_approval(world, preview.spec)
    one_more_and_one_less(world, spec)


def anew_after_a_second_approval(world: World, spec: RegionSpec) -> RegionSpec:
    """Nodes of another type: the old group stays until a person has said yes once more."""
    preview = previewed(world, replace(spec, cluster=replace(spec.cluster, instance_types=("m5.4xlarge",))))
    assert told(preview) == {"node-group": "replace"}
    operation = driven_to(changed(world, preview), OperationState.AWAITING_APPROVAL)
    assert nodes(world)["instanceTypes"] == ["m5.2xlarge", "m5.4xlarge"]
    assert told(previewed(world, preview.spec)) == {"node-group": "replace"}

    operation = said_yes(world, operation)
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert nodes(world)["instanceTypes"] == ["m5.4xlarge"]
    assert told(previewed(world, preview.spec)) == {}
    return preview.spec


def one_more_and_one_less(world: World, spec: RegionSpec) -> None:
    """A store that the next plan does not have goes after a person has said yes, and its row with it."""
    more = resource(spec, "Group", "more-logs", "More logs", {}, group="cloudwatchlogs", external_name=MORE)
    preview = previewed(world, spec)
    after = {**preview.after, more.name: more}
    preview = replace(preview, after=after, changes=changes(preview.before, after))
    assert told(preview) == {"more-logs": "create"}
    assert drive(changed(world, preview)).state == OperationState.SUCCEEDED
    assert log_groups(world, MORE) == [MORE]

    preview = previewed(world, spec)
    assert told(preview) == {"more-logs": "delete"}
    operation = said_yes(world, driven_to(changed(world, preview), OperationState.AWAITING_APPROVAL))
    assert operation.state == OperationState.SUCCEEDED, unfinished(operation)
    assert log_groups(world, MORE) == []
    assert not Resource.objects.using("owner").filter(region_id=world.region.pk, name="more-logs").exists()


def said_yes(world: World, operation: Operation) -> Operation:
    step = Step.objects.using("owner").get(operation_id=operation.pk, state=StepState.AWAITING_APPROVAL)
    approver = replace(world.scope, permissions=world.scope.permissions | {Permission.OPERATION_APPROVE})
    with approver.entered():
        decisions.approve(scope=approver, step=step, note="Sunday, announced.")
    return drive(operation)


def driven_to(operation: Operation, state: OperationState) -> Operation:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        Shift(QUICK).work()
        if (found := seen(operation)).state == state:
            return found
    raise AssertionError(f"{operation.title} is {seen(operation).state}: {unfinished(operation)}")
