"""The end of a departure: the sweep, and the certificate that tells of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.audit import signing
from console.audit.models import AuditEvent, AuditSigningKey
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Operation, Step
from console.operations.outcomes import Done, Retry
from console.operations.steps import StepContext
from regions.actions import departures
from regions.actions.region_rows import NotInThisState
from regions.blueprints.keeping import Keeping
from regions.clouds.leftovers import Left, Unseen
from regions.models import DeletionCertificate, Leftover, Region, Resource
from regions.states import RegionState
from regions.steps.certificate import certify
from regions.steps.detach import detach, sweep
from tests.unit.regions.clouds import MemoryCloud, ready
from tests.unit.regions.conftest import in_state

pytestmark = pytest.mark.django_db
ADDRESS = Left(
    "ec2:elastic-ip", "eipalloc-9", "arn:aws:ec2:eu-central-1:1:elastic-ip/eipalloc-9", "tag:GetResources"
)
VOLUME = Left("ec2:volume", "vol-9", "", "ec2:DescribeVolumes")
ContextOf = Callable[..., StepContext]


@pytest.fixture
def leaving(region: Region, alice_scope: Scope) -> Operation:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered():
        Resource.objects.filter(region=region, name="vpc").update(external_id="vpc-1")
        Resource.objects.filter(region=region, name="encryption-key").update(external_id="key-1")
        return departures.deprovision(
            scope=alice_scope, region=region, typed_name=region.name, keeping=Keeping(final_snapshot=True)
        )


@pytest.fixture
def run(context_of: ContextOf, alice_scope: Scope) -> Callable[[Operation], DeletionCertificate]:
    """The end of an operation whose deletions are done."""

    def made(operation: Operation) -> DeletionCertificate:
        context = context_of("x", operation_id=operation.id, operation_context=operation.context)
        outcome = sweep(context)
        assert isinstance(outcome, Done)
        with alice_scope.entered():
            steps = Step.objects.filter(operation=operation)
            steps.filter(name="sweep").update(facts=dict(outcome.facts))
            steps.update(state="succeeded", finished_at=now())
        detach(context)
        certify(context)
        with alice_scope.entered():
            Operation.objects.filter(pk=operation.pk).update(state="succeeded")
            return DeletionCertificate.objects.visible_to(alice_scope).newest_first()[0]

    return made


def said(certificate: DeletionCertificate) -> dict[str, Any]:
    key = AuditSigningKey.objects.get(id=certificate.key_id)
    found = signing.said_by(bytes(key.public_key), certificate.statement, bytes(certificate.signature))
    assert found is not None
    return dict(found)


def test_a_certificate_says_what_is_gone_what_stays_and_how_it_is_known(
    cloud: MemoryCloud, run: Any, leaving: Operation, region: Region
) -> None:
    found = said(run(leaving))
    things = {one["name"]: one for one in found["resources"]}
    assert (things["vpc"]["outcome"], things["vpc"]["id"]) == ("deleted", "vpc-1")
    assert things["vpc"]["at_utc"]
    assert (things["encryption-key"]["outcome"], things["encryption-key"]["id"]) == ("kept", "key-1")
    assert things["internet-gateway"]["outcome"] == "not_there"
    assert found["looked"]["looks"] == ["tag:GetResources in eu-central-1"]
    assert (found["left"], found["number"]) == ([], 1)
    assert found["region"]["id"] == str(region.id)
    assert found["chosen"] == {"final_snapshot": True, "buckets": "delete"}
    assert "audit" in found  # the trail's links are made when a transaction commits, here none is


def test_a_step_that_is_tried_again_signs_nothing_new(
    cloud: MemoryCloud, run: Any, leaving: Operation, alice_scope: Scope
) -> None:
    assert run(leaving).id == run(leaving).id
    with alice_scope.entered():
        assert AuditEvent.objects.visible_to(alice_scope).filter(event="region:deletion-certified").count() == 1


def test_what_is_left_is_told_with_its_cost(cloud: MemoryCloud, run: Any, leaving: Operation) -> None:
    cloud.left = [ADDRESS, VOLUME]
    cloud.there["leftover-eipalloc-9"] = ready("leftover-eipalloc-9")
    left = {one["title"]: one["monthly_usd"] for one in said(run(leaving))["left"]}
    assert left == {"Elastic IP": "3.65", "EBS volume": ""}


def test_what_the_tag_index_lists_and_no_look_confirms_is_gone(
    cloud: MemoryCloud, run: Any, leaving: Operation
) -> None:
    cloud.left = [ADDRESS]
    assert said(run(leaving))["left"] == []


def test_a_look_that_is_refused_does_not_keep_a_region_from_leaving(
    cloud: MemoryCloud, run: Any, leaving: Operation
) -> None:
    cloud.unseen = [Unseen("iam:ListRoles", "AccessDenied", "no")]
    assert said(run(leaving))["looked"]["refused"] == ["iam:ListRoles (AccessDenied)"]


def test_what_came_back_late_is_deleted_once_more(
    cloud: MemoryCloud, context_of: ContextOf, leaving: Operation
) -> None:
    cloud.there["vpc"] = ready("vpc")
    outcome = sweep(context_of("sweep", operation_context=leaving.context))
    assert isinstance(outcome, Retry)
    assert outcome.reason == "ResourcesLeft"
    assert ("delete", "vpc") in cloud.calls
    assert isinstance(sweep(context_of("sweep", operation_context=leaving.context)), Done)


def test_leftovers_are_removed_by_an_operation_and_certified_anew(
    cloud: MemoryCloud, run: Any, leaving: Operation, alice_scope: Scope, region: Region
) -> None:
    cloud.left = [ADDRESS, VOLUME]
    cloud.there["leftover-eipalloc-9"] = ready("leftover-eipalloc-9")
    run(leaving)
    with alice_scope.entered():
        operation = departures.remove_leftovers(scope=alice_scope, region=region, typed_name=region.name)
        names = list(Step.objects.filter(operation=operation).order_by("position").values_list("name", flat=True))
    assert names == ["delete-1", "sweep", "certificate"]
    cloud.there.clear()
    found = said(run(operation))
    assert found["number"] == 2
    assert [one["title"] for one in found["removed_afterwards"]] == ["Elastic IP"]
    assert [one["title"] for one in found["left"]] == ["EBS volume"]


def test_only_a_region_that_has_left_has_leftovers(alice_scope: Scope, region: Region) -> None:
    in_state(region, alice_scope, RegionState.ACTIVE)
    with alice_scope.entered(), pytest.raises(NotInThisState):
        departures.remove_leftovers(scope=alice_scope, region=region, typed_name=region.name)


def test_where_the_console_may_delete_nothing_nothing_starts(
    cloud: MemoryCloud, run: Any, leaving: Operation, alice_scope: Scope, region: Region
) -> None:
    cloud.left = [VOLUME]
    run(leaving)
    with alice_scope.entered():
        assert Leftover.objects.visible_to(alice_scope).still_there().count() == 1
        with pytest.raises(departures.NothingLeft):
            departures.remove_leftovers(scope=alice_scope, region=region, typed_name=region.name)


def test_a_changed_certificate_is_found_out(cloud: MemoryCloud, run: Any, leaving: Operation) -> None:
    certificate = run(leaving)
    key = AuditSigningKey.objects.get(id=certificate.key_id)
    forged = certificate.statement.replace("vpc-1", "vpc-2")
    assert json.loads(forged)
    assert signing.said_by(bytes(key.public_key), forged, bytes(certificate.signature)) is None
