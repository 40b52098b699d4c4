"""The last step of provisioning: the region becomes a place to deploy to."""

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.models import Region
from regions.states import Health, RegionState

STEP = StepSpec("attach", "Attach region", "region.attach", params={"group": "Region"})


@handler(STEP.handler)
def attach(context: StepContext) -> Outcome:
    with context.scope.entered():
        region = Region.objects.visible_to(context.scope).select_for_update().get(id=context.target_id)
        if region.state != RegionState.ACTIVE:
            region.state = RegionState.ACTIVE
            region.health = Health.HEALTHY
            region.active_at = now()
            region.save(update_fields=["state", "health", "active_at"])
            audit.record(context.scope, "region:attached", region)
    return Done(f"{region.name} is active.")
