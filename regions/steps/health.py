"""A region's health, judged by what was last observed of its resources."""

from console.audit.actions import events as audit
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.models import Region, Resource
from regions.states import Health, RegionState

STEP = StepSpec("health", "Judge the region's health", "region.health", params={"group": "Region"})


@handler(STEP.handler)
def judge(context: StepContext) -> Outcome:
    with context.scope.entered():
        region = Region.objects.visible_to(context.scope).select_for_update().get(id=context.target_id)
        resources = list(Resource.objects.visible_to(context.scope).of_region(region).in_order())
        absent = [row for row in resources if not row.exists or not row.ready]
        differing = [row for row in resources if row.exists and not row.up_to_date]
        health = health_of(absent=len(absent), differing=len(differing))
        if region.state == RegionState.ACTIVE and region.health != health:
            audit.record(context.scope, "region:health-changed", region, before=region.health, after=health.value)
            region.health = health
            region.save(update_fields=["health"])
    return Done(sentence(total=len(resources), absent=len(absent), differing=len(differing)))


def health_of(*, absent: int, differing: int) -> Health:
    if absent:
        return Health.UNHEALTHY
    return Health.DEGRADED if differing else Health.HEALTHY


def sentence(*, total: int, absent: int, differing: int) -> str:
    if not absent and not differing:
        return f"All {total} resources are as planned."
    return f"Of {total} resources {absent} are not there or not ready, and {differing} differ from the plan."
