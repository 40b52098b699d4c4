"""Leaving: a region deprovisioned, its data kept or not as a person chose."""

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.errors import Invalid
from console.kernel.ids import new_id
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions.region_rows import locked, wanted
from regions.blueprints.keeping import Keeping, usual
from regions.models import Region, Resource
from regions.states import Health, RegionState
from regions.steps.holding import refuse_if_held
from secrets_app.actions import recipients

MAY_LEAVE = frozenset(
    {RegionState.ACTIVE, RegionState.FAILED, RegionState.PROVISIONING, RegionState.DEPROVISIONING}
)


class NameNotTyped(Invalid):
    code = "name_not_typed"
    title = "The name does not match"


@transaction.atomic
def deprovision(*, scope: Scope, region: Region, typed_name: str, keeping: Keeping | None = None) -> Operation:
    """Remove everything the region is made of, in reverse order. `typed_name` is its name, typed by a person.

    Without a choice its data goes as its plan says. Raises Refused, NameNotTyped, RegionHeld, NotInThisState and
    OperationGoingOn.
    """
    scope.require(Permission.REGION_DEPROVISION)
    if typed_name.strip() != region.name:
        raise NameNotTyped(f"Type {region.name} to deprovision it.", field="typed_name")
    region = locked(scope, region, MAY_LEAVE, "deprovisioned")
    refuse_if_held(scope, region)
    manifests = wanted(scope, region)
    chosen = keeping or usual(manifests)
    operation = operations.start(
        scope=scope,
        kind=plans.DEPROVISION,
        title=f"Deprovision {region.name}",
        target=region,
        steps=plans.deprovision(manifests, chosen, token=new_id().hex[-8:]),
        context={"keeping": chosen.to_document(), "before": _seen(scope, region)},
    )
    region.state, region.health = RegionState.DEPROVISIONING, Health.UNKNOWN
    region.save(update_fields=["state", "health"])
    recipients.dismiss(scope=scope, region_id=region.id)
    audit.record(scope.during(operation.id), "region:deprovision-requested", region, **chosen.to_document())
    return operation


def _seen(scope: Scope, region: Region) -> dict[str, str]:
    """What the cloud called each resource while it was there: the certificate tells it afterwards."""
    rows = Resource.objects.visible_to(scope).of_region(region).in_order()
    return {row.name: row.external_id for row in rows.only("name", "external_id") if row.external_id}
