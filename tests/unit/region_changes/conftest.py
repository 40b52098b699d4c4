"""An active region made from a signed plan, and further versions of that plan."""

from collections.abc import Callable

import pytest

from console.kernel import queue
from console.kernel.scope import Scope
from regions.actions import onboardings, region_plans, regions
from regions.models import Connection, Onboarding, PlanVersion, Region, RegionChange, Resource, Side
from regions.questionnaire.questions import Raw
from regions.states import ConnectionState, RegionState
from tests.unit.onboarding.conftest import answered, onboarding

__all__ = ["answered", "onboarding"]

SignedWith = Callable[..., PlanVersion]
Ask = Callable[..., RegionChange]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[queue.Job]:
    jobs: list[queue.Job] = []
    monkeypatch.setattr(queue, "send", lambda job, **_ids: jobs.append(job))
    return jobs


def many(scope: Scope, region: Region) -> int:
    """How many resources the region is made of."""
    with scope.entered():
        return int(Resource.objects.visible_to(scope).of_region(region).count())


def log_groups(scope: Scope, region: Region) -> set[str]:
    """What a change of retention touches."""
    with scope.entered():
        rows = Resource.objects.visible_to(scope).of_region(region).filter(kind="Group")
        return set(rows.values_list("name", flat=True))


def compiled_with(scope: Scope, onboarding: Onboarding, **typed: Raw) -> PlanVersion:
    with scope.entered():
        onboardings.answer(scope=scope, onboarding_id=onboarding.pk, typed=typed)
        return region_plans.compile_plan(scope=scope, onboarding_id=onboarding.pk)


@pytest.fixture
def signed_with(onboarding: Onboarding, alice_scope: Scope, carol_scope: Scope) -> SignedWith:
    """A new version of the plan with other answers, signed by both sides."""

    def signed(**typed: Raw) -> PlanVersion:
        version = compiled_with(alice_scope, onboarding, **typed)
        for scope, side in ((alice_scope, Side.OPERATOR), (carol_scope, Side.ARCHITECT)):
            with scope.entered():
                region_plans.sign(scope=scope, plan_id=version.pk, side=side)
        return version

    return signed


@pytest.fixture
def virginia(
    onboarding: Onboarding,
    answered: Callable[..., onboardings.Sheet],
    signed_with: SignedWith,
    alice_scope: Scope,
) -> Region:
    """Active, as version 1 of its plan says."""
    answered(onboarding)
    version = signed_with()
    with alice_scope.entered():
        Connection.objects.visible_to(alice_scope).update(state=ConnectionState.VERIFIED)
        region = regions.request(scope=alice_scope, plan_version=version)
        region.state = RegionState.ACTIVE
        region.save(update_fields=["state"])
    return region
