"""The end of deprovisioning: a look that nothing is left, then the region is gone."""

from datetime import timedelta

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Retry, Who
from console.operations.steps import StepContext, StepSpec
from regions.blueprints.keeping import kept
from regions.clouds.errors import CloudError
from regions.models import DriftWatch, Region
from regions.states import Health, RegionState
from regions.steps import clouds, failures
from regions.steps.region_work import RegionWork, work_on

SWEEP = StepSpec("sweep", "Nothing is left", "region.sweep", params={"group": "Region"})
STEP = StepSpec("detach", "Region is deprovisioned", "region.detach", params={"group": "Region"})
NAMED = 5


@handler(SWEEP.handler)
def sweep(context: StepContext) -> Outcome:
    """Describe everything the region was made of; what a tag index would say comes minutes late."""
    work = work_on(context)
    try:
        left = left_over(work)
    except CloudError as error:
        if failures.session_is_over(error):
            clouds.accounts_of(work.region.cloud).forget(work.entry)
        return failures.answer(error, work.entry)
    if not left:
        return Done("None of the resources that go is in the account any more.")
    named = ", ".join(left[:NAMED]) + (" and more" if len(left) > NAMED else "")
    message = f"Still in the account: {named}."
    return Retry("ResourcesLeft", timedelta(seconds=2), message, limit=10, who=Who.CUSTOMER)


def left_over(work: RegionWork) -> list[str]:
    """Titles and external ids of what the cloud still has of the region."""
    client, stays = work.client, kept(list(work.manifests.values()), work.keeping)
    going = (manifest for name, manifest in work.manifests.items() if name not in stays)
    observed = ((manifest, client.observe(manifest)) for manifest in going)
    return [f"{manifest.title} {seen.external_id}" for manifest, seen in observed if seen.exists]


@handler(STEP.handler)
def detach(context: StepContext) -> Outcome:
    with context.scope.entered():
        rows = Region.objects.visible_to(context.scope).select_related("connection")
        region = rows.select_for_update(of=("self",)).get(id=context.target_id)
        if region.state != RegionState.DEPROVISIONED:
            region.state = RegionState.DEPROVISIONED
            region.health = Health.UNKNOWN
            region.deprovisioned_at = now()
            region.save(update_fields=["state", "health", "deprovisioned_at"])
            DriftWatch.objects.visible_to(context.scope).of_region(region.id).delete()
            audit.record(context.scope, "region:deprovisioned", region)
        others = Region.objects.visible_to(context.scope).present().filter(connection=region.connection)
        last = not others.exclude(id=region.id).exists()
    if not last:
        return Done(f"{region.name} is deprovisioned.", facts={"last_region": False})
    return Done(
        f"{region.name} is deprovisioned. It was the last region of {region.connection.name}: your cloud team may "
        "delete the stack with the deployment role now.",
        facts={"last_region": True, "connection": str(region.connection_id)},
    )
