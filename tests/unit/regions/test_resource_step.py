from collections.abc import Callable
from datetime import timedelta

import pytest

from console.kernel.scope import Scope
from console.operations.outcomes import Done, Halt, Retry, Wait
from console.operations.steps import StepContext
from regions.clouds.errors import Category, CloudError
from regions.models import Region, Resource
from regions.steps.resources import absent, observed, present
from tests.unit.regions.clouds import MemoryCloud, differing, ready

pytestmark = pytest.mark.django_db
ContextOf = Callable[..., StepContext]


def refusal(category: Category, code: str = "Code") -> CloudError:
    return CloudError(
        code=code, status=400, message="no", operation="ec2:create_vpc", request_id="r", category=category
    )


def row(scope: Scope, region: Region, name: str) -> Resource:
    with scope.entered():
        return Resource.objects.visible_to(scope).get(region=region, name=name)


def test_what_is_missing_is_created_and_seen_in_one_attempt(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    outcome = present(context_of("vpc"))
    assert outcome == Done("id-vpc is available", facts={"external_id": "id-vpc"})
    assert cloud.verbs == ["observe", "create", "observe"]
    kept = row(alice_scope, region, "vpc")
    assert (kept.external_id, kept.exists, kept.ready, kept.synced, kept.up_to_date) == ("id-vpc", *[True] * 4)
    assert kept.observed_at


def test_a_second_attempt_changes_nothing(cloud: MemoryCloud, context_of: ContextOf) -> None:
    present(context_of("vpc"))
    cloud.calls.clear()
    assert isinstance(present(context_of("vpc")), Done)
    assert cloud.verbs == ["observe"]


def test_sessions_carry_who_asked_and_the_request(cloud: MemoryCloud, context_of: ContextOf) -> None:
    present(context_of("vpc"))
    entry = cloud.entries[0]
    assert (entry.session_name, entry.source_identity) == ("req-1", "alice-id")
    assert "external" not in repr(entry)


def test_what_is_on_its_way_is_waited_for(cloud: MemoryCloud, context_of: ContextOf) -> None:
    cloud.there["cluster"] = ready("cluster", ready=False, state="CREATING")
    assert present(context_of("cluster")) == Wait(timedelta(seconds=0.5), "CREATING")


def test_a_field_that_a_call_can_change_is_changed(cloud: MemoryCloud, context_of: ContextOf) -> None:
    cloud.there["vpc"] = differing("vpc")
    assert isinstance(present(context_of("vpc")), Done)
    assert cloud.verbs == ["observe", "update", "observe"]


def test_a_field_that_no_call_can_change_waits_for_a_person(cloud: MemoryCloud, context_of: ContextOf) -> None:
    cloud.there["vpc"] = differing("vpc", immutable=True)
    outcome = present(context_of("vpc"))
    assert isinstance(outcome, Halt)
    assert outcome.reason == "NeedsReplacement"
    assert "cidrBlock" in outcome.message


def test_what_the_cloud_gave_up_on_waits_for_a_person(cloud: MemoryCloud, context_of: ContextOf) -> None:
    broken = ready("cluster", ready=False, failed=True, state="FAILED", message="No subnets left.")
    cloud.there["cluster"] = broken
    outcome = present(context_of("cluster"))
    assert isinstance(outcome, Halt)
    assert outcome.reason == "ProviderFailed"
    assert "No subnets left." in outcome.message


def test_what_somebody_else_made_is_left_alone(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    cloud.there["cluster"] = ready("cluster", foreign=True)
    outcome = present(context_of("cluster"))
    assert isinstance(outcome, Halt)
    assert (outcome.reason, outcome.who) == ("ForeignResource", "customer")
    assert absent(context_of("cluster")).message == "id-cluster has its name and is not ours: left alone."
    assert cloud.verbs == ["observe", "observe"]
    assert row(alice_scope, region, "cluster").reason == "Foreign"


def test_a_second_one_that_nothing_uses_is_removed(cloud: MemoryCloud, context_of: ContextOf) -> None:
    cloud.there["vpc"] = ready("vpc", surplus=("vpc-late",))
    assert isinstance(present(context_of("vpc")), Done)
    assert cloud.verbs == ["observe", "trim", "observe"]


def test_a_refusal_is_kept_beside_what_was_seen_last(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    present(context_of("vpc"))
    cloud.refusals["observe", "vpc"] = [refusal(Category.THROTTLED, "RequestLimitExceeded")]
    outcome = present(context_of("vpc"))
    assert isinstance(outcome, Retry)
    kept = row(alice_scope, region, "vpc")
    assert (kept.external_id, kept.synced, kept.reason) == ("id-vpc", False, "RequestLimitExceeded")


def test_an_ended_session_is_left_and_opened_anew(cloud: MemoryCloud, context_of: ContextOf) -> None:
    cloud.refusals["observe", "vpc"] = [refusal(Category.REFUSED, "ExpiredToken")]
    outcome = present(context_of("vpc"))
    assert isinstance(outcome, Retry)
    assert cloud.forgotten == 1


def test_deleting_what_is_gone_is_done(cloud: MemoryCloud, context_of: ContextOf) -> None:
    assert absent(context_of("vpc")) == Done("It is gone.")
    assert cloud.verbs == ["observe"]


def test_deleting_ends_when_the_cloud_no_longer_has_it(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    present(context_of("vpc"))
    assert absent(context_of("vpc")) == Done("It is gone.")
    kept = row(alice_scope, region, "vpc")
    assert (kept.exists, kept.external_id, kept.ready) == (False, "", None)


def test_what_others_hold_is_deleted_later(cloud: MemoryCloud, context_of: ContextOf) -> None:
    present(context_of("vpc"))
    cloud.refusals["delete", "vpc"] = [refusal(Category.CONFLICT, "DependencyViolation")]
    outcome = absent(context_of("vpc"))
    assert isinstance(outcome, Retry)
    assert outcome.reason == "ResourceInUse"


def test_a_resource_that_the_plan_dropped_is_forgotten_with_its_deletion(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    absent(context_of("dns-zone", params={"resource": "dns-zone", "forget": True}))
    with alice_scope.entered():
        assert not Resource.objects.visible_to(alice_scope).filter(region=region, name="dns-zone").exists()


def test_looking_changes_nothing_and_restores_wiped_columns(
    cloud: MemoryCloud, context_of: ContextOf, alice_scope: Scope, region: Region
) -> None:
    present(context_of("vpc"))
    cloud.there["vpc"] = differing("vpc")
    with alice_scope.entered():
        wiped = {"external_id": "", "exists": None, "ready": None, "synced": None, "up_to_date": None}
        Resource.objects.visible_to(alice_scope).filter(region=region).update(**wiped, observed_at=None)
    cloud.calls.clear()
    outcome = observed(context_of("vpc"))
    assert isinstance(outcome, Done)
    assert outcome.message == "It differs in cidrBlock."
    assert cloud.verbs == ["observe"]
    kept = row(alice_scope, region, "vpc")
    assert (kept.external_id, kept.exists, kept.up_to_date, kept.reason) == ("id-vpc", True, False, "Differs")
    assert kept.differences[0]["field"] == "cidrBlock"
