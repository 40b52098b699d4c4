"""A region's health, judged by what was last observed of its resources."""

from uuid import UUID

from console.audit.actions import events as audit
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.models import Finding, Region, Resource
from regions.states import Health, RegionState

STEP = StepSpec("health", "Judge the region's health", "region.health", params={"group": "Region"})


@handler(STEP.handler)
def judge(context: StepContext) -> Outcome:
    with context.scope.entered():
        return Done(rejudge(context.scope, context.target_id))


def rejudge(scope: Scope, region_id: UUID | str) -> str:
    """Judge by the rows as they are; what somebody snoozed or paused is known and makes nothing worse."""
    region = Region.objects.visible_to(scope).select_for_update().get(id=region_id)
    resources = list(Resource.objects.visible_to(scope).of_region(region).in_order())
    known = {finding.resource for finding in Finding.objects.visible_to(scope).of_region(region).snoozed()}
    counted = [row for row in resources if row.name not in known and row.paused_at is None]
    absent = sum(not row.exists or not row.ready for row in counted)
    differing = sum(bool(row.exists and not row.up_to_date) for row in counted)
    health = health_of(absent=absent, differing=differing)
    if region.state == RegionState.ACTIVE and region.health != health:
        audit.record(scope, "region:health-changed", region, before=region.health, after=health.value)
        region.health = health
        region.save(update_fields=["health"])
    return sentence(total=len(resources), absent=absent, differing=differing)


def health_of(*, absent: int, differing: int) -> Health:
    if absent:
        return Health.UNHEALTHY
    return Health.DEGRADED if differing else Health.HEALTHY


def sentence(*, total: int, absent: int, differing: int) -> str:
    if not absent and not differing:
        return f"All {total} resources are as planned."
    return f"Of {total} resources {absent} are not there or not ready, and {differing} differ from the plan."
