"""Bringing an active region to a newer plan version."""

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions import resources
from regions.actions.region_plans import signed_plan
from regions.actions.region_rows import NotInThisState, locked, wanted
from regions.blueprints import Manifest, blueprint, by_name
from regions.models import PlanVersion, Region, Resource
from regions.questionnaire import codec
from regions.questionnaire.plan import RegionPlan
from regions.states import RegionState


def preview(*, scope: Scope, plan_version: PlanVersion) -> tuple[resources.Change, ...]:
    """What the plan version would create, change, replace and delete."""
    plan = RegionPlan.from_document(plan_version.document)
    rows = Resource.objects.visible_to(scope).filter(region_id=plan.spec.region_id).in_order()
    before = {row.name: Manifest(row.manifest) for row in rows}
    return resources.changes(before, by_name(blueprint(plan.spec)))


@transaction.atomic
def update(*, scope: Scope, region: Region, plan_version: PlanVersion) -> Operation:
    """Bring an active region to a newer plan version that both sides signed.

    Raises Refused, PlanNotSigned, PlanOutdated, NotInThisState and OperationGoingOn.
    """
    scope.require(Permission.REGION_APPROVE)
    version, plan = signed_plan(scope=scope, plan_id=plan_version.id)
    region = locked(scope, region, frozenset({RegionState.ACTIVE}), "changed")
    before, after = by_name(wanted(scope, region)), by_name(blueprint(plan.spec))
    found = resources.changes(before, after)
    if plan.spec.region_id != str(region.id) or not found:
        raise NotInThisState(f"Plan version {version.number} changes nothing in {region.name}.")
    removed = [before[name] for name in before if name not in after]
    changed = frozenset(change.name for change in found if change.name in after)
    steps = plans.update(list(after.values()), changed=changed, removed=removed)
    operation = operations.start(
        scope=scope, kind=plans.UPDATE, title=f"Change {region.name}", target=region, steps=steps
    )
    resources.replace(scope=scope, region=region, manifests=list(after.values()))
    region.spec, region.plan_id, region.plan_number = codec.to_document(plan.spec), version.id, version.number
    region.save(update_fields=["spec", "plan_id", "plan_number"])
    audit.record(scope.during(operation.id), "region:update-approved", region, plan=version.number)
    return operation
