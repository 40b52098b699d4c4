"""The last step of provisioning: the region becomes a place to deploy to."""

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.blueprints.aws.storage import BUCKET
from regions.blueprints.manifests import Manifest
from regions.models import Region, Resource
from regions.states import Health, RegionState
from regions.steps.drift_findings import watch_of
from secrets_app.actions import recipients

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
            watch_of(context.scope, region)
            audit.record(context.scope, "region:attached", region)
        _welcome(context.scope, region)
    return Done(f"{region.name} is active.")


def _welcome(scope: Scope, region: Region) -> None:
    """From now on it receives secrets and trust through its state bucket."""
    recipients.welcome(
        scope=scope,
        region_id=region.id,
        name=region.name,
        host=str(region.spec["dns_zone"]).rstrip("."),
        bucket=state_bucket(scope, region),
        plane_id=region.plane_id,
    )


def state_bucket(scope: Scope, region: Region) -> str:
    rows = Resource.objects.visible_to(scope).of_region(region)
    return Manifest(rows.values_list("manifest", flat=True).get(name=BUCKET)).external_name
