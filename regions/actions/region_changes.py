"""Changing an active region: a newer plan version is asked for, shown, approved by a person, carried out."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import ActorKind, Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions import resources
from regions.actions.preview_documents import document
from regions.actions.region_plans import signed_plan
from regions.actions.region_previews import Preview, of_spec, require_allowed, terms_of
from regions.actions.region_rows import locked, wanted
from regions.blueprints import by_name
from regions.changes.differing import Verb
from regions.models import ChangeState, PlanVersion, Region, RegionChange
from regions.questionnaire import codec
from regions.questionnaire.plan import RegionPlan
from regions.states import RegionState

APPROVAL_LASTS = timedelta(days=3)
LONGEST_NOTE = 500
MAY_CHANGE = frozenset({RegionState.ACTIVE})


class NothingChanges(Conflict):
    code = "nothing_changes"
    title = "The plan changes nothing"


class PlanOfAnotherRegion(Invalid):
    code = "plan_of_another_region"


class NoteMissing(Invalid):
    code = "note_missing"
    title = "A warning wants a reason"


class ChangeUnknown(NotFound):
    code = "change_unknown"


class ChangeDecided(Conflict):
    code = "change_decided"
    title = "The change has been decided"


class ChangeExpired(Conflict):
    code = "change_expired"
    title = "The request has expired"


class PreviewOutdated(Conflict):
    code = "preview_outdated"
    title = "The region has changed since"


class NotAPerson(Refused):
    code = "not_a_person"


def get(*, scope: Scope, change_id: UUID) -> RegionChange:
    """Raises ChangeUnknown."""
    found: RegionChange | None = RegionChange.objects.visible_to(scope).with_plan().filter(id=change_id).first()
    if found is None:
        raise ChangeUnknown("There is no such change.", todo="Choose one from the region's changes.")
    return found


def operation_of(*, scope: Scope, change: RegionChange) -> Operation | None:
    """What carries the change out, once it is approved."""
    if change.operation_id is None:
        return None
    found: Operation | None = Operation.objects.visible_to(scope).filter(pk=change.operation_id).first()
    return found


@transaction.atomic
def ask(*, scope: Scope, region: Region, plan_version: PlanVersion, note: str = "") -> RegionChange:
    """Ask that a region be brought to a plan version that both sides signed; a person then approves what it shows.

    A request that still waits is withdrawn by the new one. Raises Refused, PlanUnknown, PlanOutdated,
    PlanNotSigned, NotInThisState, PlanOfAnotherRegion, NothingChanges, PolicyDenies and NoteMissing.
    """
    scope.require(Permission.REGION_CREATE)
    version, plan = signed_plan(scope=scope, plan_id=plan_version.id)
    region = locked(scope, region, MAY_CHANGE, "changed")
    preview = _judged(scope, region, version, plan)
    if preview.warnings and not note.strip():
        raise NoteMissing(
            f"{preview.warnings[0].title}.", todo="Say in the note why it is wanted all the same.", field="note"
        )
    _settle_waiting(scope, region)
    change: RegionChange = RegionChange.objects.create(
        org_id=scope.org_id,
        region=region,
        plan_version=version,
        digest=preview.digest,
        document=document(preview),
        note=note.strip()[:LONGEST_NOTE],
        requested_by=scope.actor.label[:200],
        expires_at=now() + APPROVAL_LASTS,
    )
    audit.record(
        scope, "region-change:requested", change, region=region.name, plan=version.number, digest=change.digest
    )
    return change


def _judged(scope: Scope, region: Region, version: PlanVersion, plan: RegionPlan) -> Preview:
    if plan.spec.region_id != str(region.id):
        raise PlanOfAnotherRegion(f"The plan is for {plan.spec.name}, not for {region.name}.", field="plan_id")
    preview = of_spec(scope=scope, region=region, spec=plan.spec, terms=terms_of(plan))
    if not preview.changes:
        raise NothingChanges(
            f"Plan version {version.number} is what {region.name} is made from already.",
            todo="Change an answer, compile the plan, and let both sides sign it.",
        )
    require_allowed(preview)
    return preview


def _settle_waiting(scope: Scope, region: Region) -> None:
    for waiting in RegionChange.objects.visible_to(scope).of_region(region).awaiting():
        late = waiting.standing(now()) is ChangeState.EXPIRED
        state = ChangeState.EXPIRED if late else ChangeState.WITHDRAWN
        _decide(scope, waiting, state, "A newer request took over.")
        audit.record(scope, f"region-change:{state.value}", waiting, because="a newer request")


def _decide(scope: Scope, change: RegionChange, state: ChangeState, note: str = "") -> None:
    change.state = state
    change.decided_by, change.decided_at = scope.actor.label[:200], now()
    change.decision_note = note.strip()[:LONGEST_NOTE]
    change.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])


@transaction.atomic
def approve(*, scope: Scope, change: RegionChange, note: str = "") -> Operation:
    """Carry out what was shown, if it is still what would happen.

    Raises Refused, NotAPerson, ChangeDecided, ChangeExpired, PlanOutdated, NotInThisState, PreviewOutdated,
    PolicyDenies and OperationGoingOn.
    """
    scope.require(Permission.REGION_APPROVE)
    if scope.actor.kind is not ActorKind.USER:
        raise NotAPerson("A change is approved by a person.", todo="Sign in and approve it on its page.")
    change = _waiting(scope, change)
    version, plan = signed_plan(scope=scope, plan_id=change.plan_version_id)
    region = locked(scope, change.region, MAY_CHANGE, "changed")
    preview = _judged(scope, region, version, plan)
    if preview.digest != change.digest:
        raise PreviewOutdated(
            f"{region.name} is not what it was when this change was asked for: other things would happen.",
            todo="Look at the new preview and ask again.",
        )
    operation = carry_out(scope, region, preview)
    region.spec, region.plan_id, region.plan_number = codec.to_document(plan.spec), version.id, version.number
    region.save(update_fields=["spec", "plan_id", "plan_number"])
    change.operation_id = operation.id
    change.save(update_fields=["operation_id"])
    _decide(scope, change, ChangeState.APPROVED, note)
    during = scope.during(operation.id)
    audit.record(during, "region-change:approved", change, region=region.name, plan=version.number)
    return operation


def carry_out(scope: Scope, region: Region, preview: Preview) -> Operation:
    """The operation that an approval starts. Raises OperationGoingOn."""
    after = list(preview.after.values())
    rows = by_name(wanted(scope, region))
    replaced = {each.name: each for each in preview.changes if each.verb is Verb.REPLACE}
    steps = plans.update(
        after,
        changed=frozenset(each.name for each in preview.changes if each.after),
        replaced=replaced,
        removed=[manifest for name, manifest in rows.items() if name not in preview.after],
    )
    operation = operations.start(
        scope=scope, kind=plans.UPDATE, title=f"Change {region.name}", target=region, steps=steps
    )
    resources.replace(scope=scope, region=region, manifests=after)
    return operation


@transaction.atomic
def deny(*, scope: Scope, change: RegionChange, note: str = "") -> RegionChange:
    """Raises Refused, ChangeDecided and ChangeExpired."""
    scope.require(Permission.REGION_APPROVE)
    change = _waiting(scope, change)
    _decide(scope, change, ChangeState.DENIED, note)
    audit.record(scope, "region-change:denied", change, region=change.region.name, note=change.decision_note)
    return change


@transaction.atomic
def withdraw(*, scope: Scope, change: RegionChange) -> RegionChange:
    """Raises Refused, ChangeDecided and ChangeExpired."""
    scope.require(Permission.REGION_CREATE)
    change = _waiting(scope, change)
    _decide(scope, change, ChangeState.WITHDRAWN)
    audit.record(scope, "region-change:withdrawn", change, region=change.region.name)
    return change


def _waiting(scope: Scope, change: RegionChange) -> RegionChange:
    rows = RegionChange.objects.visible_to(scope).with_plan().select_for_update(of=("self",))
    row: RegionChange = rows.get(id=change.id)
    state = row.standing(now())
    if state is ChangeState.EXPIRED:
        raise ChangeExpired(
            f"The request expired on {row.expires_at:%d %B %Y, %H:%M} UTC.", todo="Ask for the change again."
        )
    if state is not ChangeState.AWAITING_APPROVAL:
        raise ChangeDecided(f"The change is {row.get_state_display().lower()} already.", todo="Look at its page.")
    return row
