"""Leaving: a region deprovisioned, its data kept or not as a person chose."""

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Invalid
from console.kernel.ids import new_id
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions.region_rows import locked, wanted
from regions.blueprints.keeping import Buckets, Keeping, usual
from regions.models import Leftover, Region, Resource
from regions.states import Health, RegionState
from regions.steps.certificate import choices as kept_by
from regions.steps.holding import refuse_if_held
from regions.steps.leftovers import as_manifest
from secrets_app.actions import recipients

MAY_LEAVE = frozenset(
    {RegionState.ACTIVE, RegionState.FAILED, RegionState.PROVISIONING, RegionState.DEPROVISIONING}
)


class NameNotTyped(Invalid):
    code = "name_not_typed"
    title = "The name does not match"


class NothingLeft(Conflict):
    code = "nothing_left"
    title = "Nothing is left"


def chosen(*, scope: Scope, region: Region, final_snapshot: bool | None, buckets: str) -> Keeping:
    """The plan's own choices, but for those that are given."""
    plain = usual(wanted(scope, region))
    snapshot = plain.final_snapshot if final_snapshot is None else final_snapshot
    return Keeping(snapshot, Buckets(buckets) if buckets else plain.buckets)


@transaction.atomic
def deprovision(*, scope: Scope, region: Region, typed_name: str, keeping: Keeping | None = None) -> Operation:
    """Remove everything the region is made of, in reverse order. `typed_name` is its name, typed by a person.

    Without a choice its data goes as its plan says. Raises Refused, NameNotTyped, RegionHeld, NotInThisState and
    OperationGoingOn.
    """
    scope.require(Permission.REGION_DEPROVISION)
    _require_typed(typed_name, region, "deprovision it")
    region = locked(scope, region, MAY_LEAVE, "deprovisioned")
    refuse_if_held(scope, region)
    manifests = wanted(scope, region)
    kept = keeping or usual(manifests)
    operation = operations.start(
        scope=scope,
        kind=plans.DEPROVISION,
        title=f"Deprovision {region.name}",
        target=region,
        steps=plans.deprovision(manifests, kept, token=new_id().hex[-8:]),
        context={"keeping": kept.to_document(), "before": _seen(scope, region)},
    )
    region.state, region.health = RegionState.DEPROVISIONING, Health.UNKNOWN
    region.save(update_fields=["state", "health"])
    recipients.dismiss(scope=scope, region_id=region.id)
    audit.record(scope.during(operation.id), "region:deprovision-requested", region, **kept.to_document())
    return operation


@transaction.atomic
def remove_leftovers(*, scope: Scope, region: Region, typed_name: str) -> Operation:
    """Delete what a region that has left still has in the account, as far as the deployment role may.

    Raises Refused, NameNotTyped, NotInThisState, NothingLeft and OperationGoingOn.
    """
    scope.require(Permission.REGION_DEPROVISION)
    _require_typed(typed_name, region, "remove what is left of it")
    region = locked(scope, region, frozenset({RegionState.DEPROVISIONED}), "tidied up")
    rows = list(Leftover.objects.visible_to(scope).of_region(region.id).removable().in_order())
    if not rows:
        raise NothingLeft(
            f"Nothing that the console may delete is left of {region.name}.",
            todo="What else is listed, your cloud team deletes with the command beside it.",
        )
    operation = operations.start(
        scope=scope,
        kind=plans.REMOVE_LEFTOVERS,
        title=f"Remove what {region.name} left behind",
        target=region,
        steps=plans.remove_leftovers([as_manifest(region, row.kind, row.name, row.title) for row in rows]),
        context={"keeping": kept_by(scope, region).to_document()},
    )
    names = [row.external_id for row in rows]
    audit.record(scope.during(operation.id), "region:leftovers-removal-requested", region, leftovers=names)
    return operation


def _require_typed(typed_name: str, region: Region, deed: str) -> None:
    if typed_name.strip() != region.name:
        raise NameNotTyped(f"Type {region.name} to {deed}.", field="typed_name")


def _seen(scope: Scope, region: Region) -> dict[str, str]:
    """What the cloud called each resource while it was there: the certificate tells it afterwards."""
    rows = Resource.objects.visible_to(scope).of_region(region).in_order()
    return {row.name: row.external_id for row in rows.only("name", "external_id") if row.external_id}
