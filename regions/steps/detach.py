"""The end of deprovisioning: a look that nothing is left, then the region is gone."""

from collections.abc import Sequence
from datetime import timedelta

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Retry, Who
from console.operations.steps import StepContext, StepSpec
from regions.blueprints.keeping import kept
from regions.clouds.errors import CloudError
from regions.models import DriftWatch, Leftover, Region
from regions.states import Health, RegionState
from regions.steps import clouds, failures, leftovers
from regions.steps.region_work import RegionWork, work_on

SWEEP = StepSpec("sweep", "Nothing is left", "region.sweep", params={"group": "Region"})
STEP = StepSpec("detach", "Region is deprovisioned", "region.detach", params={"group": "Region"})
NAMED = 5


@handler(SWEEP.handler)
def sweep(context: StepContext) -> Outcome:
    """Describe everything the region was made of, then look by tag and name for what nobody thought of."""
    work = work_on(context)
    try:
        if left := remains(work):
            message = f"Still in the account: {_named(left)}."
            return Retry("ResourcesLeft", timedelta(seconds=2), message, limit=10, who=Who.CUSTOMER)
        search = leftovers.search(work)
    except CloudError as error:
        if failures.wants_a_new_session(error):
            clouds.accounts_of(work.region.cloud).forget(work.entry)
        return failures.answer(error, work.entry)
    rows = leftovers.write_down(context.scope, work.region, search.found)
    refused = [f"{one.look} ({one.code})" for one in search.unseen]
    return Done(_found(rows, refused), facts={"looks": list(search.looks), "refused": refused, "left": len(rows)})


def _found(rows: Sequence[Leftover], refused: Sequence[str]) -> str:
    said = "Nothing of the region is in the account any more."
    if rows:
        said = f"{_named([str(row) for row in rows])} is left: ${leftovers.total(rows)} a month at list price."
    return f"{said} The cloud refused to be asked: {', '.join(refused)}." if refused else said


def _named(things: Sequence[str]) -> str:
    return ", ".join(things[:NAMED]) + (" and more" if len(things) > NAMED else "")


def remains(work: RegionWork) -> list[str]:
    """Titles and ids of what the cloud still has of the plan; what came back late is deleted once more."""
    client, stays = work.client, kept(list(work.manifests.values()), work.keeping)
    found = []
    for name, manifest in work.manifests.items():
        seen = client.observe(manifest) if name not in stays else None
        if seen and seen.exists and not seen.foreign:
            client.delete(manifest, seen)
            found.append(f"{manifest.title} {seen.external_id}")
    return found


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
