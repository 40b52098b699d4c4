"""What people do about a finding: put the resource back, accept it as wanted, or look away for a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions import drift_overrides
from regions.actions.drift import ReasonMissing
from regions.actions.region_rows import locked, wanted
from regions.blueprints.manifests import Manifest
from regions.models import Finding, Override, Region, Resource
from regions.states import FindingState, Harm, RegionState
from regions.steps import health

SETTLED_FROM = (FindingState.OPEN, FindingState.SNOOZED)
LONGEST_SNOOZE = {Harm.GREAT: timedelta(hours=24), Harm.SOME: timedelta(days=30), Harm.LITTLE: timedelta(days=90)}


class FindingUnknown(NotFound):
    code = "finding_unknown"


class FindingSettled(Conflict):
    code = "finding_settled"
    title = "The finding is settled"


class NotRevertible(Conflict):
    code = "drift_not_revertible"
    title = "No call puts this back"


class StillNeeded(Conflict):
    code = "resource_still_needed"
    title = "Other resources stand on it"


class SnoozeTooLong(Invalid):
    code = "snooze_too_long"
    title = "That is too long"


def get(*, scope: Scope, finding_id: UUID) -> Finding:
    """Raises FindingUnknown."""
    found = Finding.objects.visible_to(scope).select_related("region").filter(id=finding_id).first()
    if found is None:
        raise FindingUnknown("There is no such finding.", todo="Choose one from the region's page of drift.")
    return found


def chosen(*, scope: Scope, region: Region, named: Sequence[str]) -> list[Finding]:
    """The findings with these ids, or every open one that a call puts back. Raises FindingUnknown for none."""
    rows = Finding.objects.visible_to(scope).of_region(region)
    found = list(rows.named(named) if named else rows.open().worst_first())
    if not named:
        found = [each for each in found if not any(field["immutable"] for field in each.fields)]
    if not found:
        raise FindingUnknown("No call puts back what is open.", todo="Look at the region's drift.")
    return found


@transaction.atomic
def revert(*, scope: Scope, region: Region, findings: Sequence[Finding]) -> Operation:
    """Put the resources of these findings back, and no others.

    Raises Refused, FindingSettled, NotRevertible, NotInThisState and OperationGoingOn.
    """
    scope.require(Permission.OPERATION_CONTROL)
    return put_back(scope=scope, region=region, findings=findings)


def put_back(*, scope: Scope, region: Region, findings: Sequence[Finding]) -> Operation:
    """As `revert`, for the console itself, whose own acts need no permission."""
    region = locked(scope, region, frozenset({RegionState.ACTIVE}), "put back")
    rows = [_locked(scope, finding) for finding in findings]
    for finding in rows:
        if fixed := [each["field"] for each in finding.fields if each["immutable"]]:
            raise NotRevertible(
                f"{finding.title} has another {', '.join(fixed)}, which no call changes back.",
                todo="Accept it, or change the region's plan so that it is made anew.",
            )
    names = frozenset(finding.resource for finding in rows)
    title = f"Revert {rows[0].title}" if len(rows) == 1 else f"Revert {len(rows)} resources of {region.name}"
    steps = plans.revert(wanted(scope, region), names)
    operation = operations.start(scope=scope, kind=plans.REVERT, title=title, target=region, steps=steps)
    for finding in rows:
        finding.state, finding.operation_id = FindingState.REVERTING, operation.id
        finding.settled_by, finding.snoozed_until = scope.actor.label[:200], None
        finding.save(update_fields=["state", "operation_id", "settled_by", "snoozed_until"])
        audit.record(scope.during(operation.id), "finding:revert-requested", finding, resource=finding.resource)
    return operation


@transaction.atomic
def accept(*, scope: Scope, finding: Finding, reason: str) -> Override:
    """What the cloud shows becomes what is wanted, as a new version of the region's overrides.

    Raises Refused, ReasonMissing, FindingSettled, NotAcceptable, StillNeeded and NotInThisState.
    """
    scope.require(Permission.REGION_APPROVE)
    if not reason.strip():
        raise ReasonMissing("Say why this is wanted from now on.", field="reason")
    region = locked(scope, finding.region, frozenset({RegionState.ACTIVE}), "changed")
    finding = _locked(scope, finding)
    row = Resource.objects.visible_to(scope).of_region(region).select_for_update().get(name=finding.resource)
    override = drift_overrides.of_finding(finding, Manifest(row.manifest))
    override.number = drift_overrides.numbered(scope, region)
    override.reason, override.accepted_by = reason.strip(), scope.actor.label[:200]
    override.save(force_insert=True)
    _take_over(scope, row, override)
    _settle(scope, finding, FindingState.ACCEPTED, override.reason)
    audit.record(
        scope, "finding:accepted", finding, reason=override.reason, resource=finding.resource,
        version=override.number, fields=finding.names,
    )  # fmt: skip
    return override


def _take_over(scope: Scope, row: Resource, override: Override) -> None:
    """The row wants from now on what is there."""
    if override.is_removed:
        others = Resource.objects.visible_to(scope).of_region(row.region).exclude(pk=row.pk)
        if needing := others.filter(needs__contains=[row.name]).in_order().first():
            raise StillNeeded(f"{needing.title} needs {row.title}.", todo=f"Revert it, or accept {needing.title}.")
        row.delete()
        return
    manifest = drift_overrides.overridden(Manifest(row.manifest), override)
    row.manifest, row.needs = dict(manifest.body), list(manifest.needs)
    row.differences, row.up_to_date, row.reason = [], True, ""
    row.save(update_fields=["manifest", "needs", "differences", "up_to_date", "reason"])


@transaction.atomic
def snooze(*, scope: Scope, finding: Finding, reason: str, until: datetime) -> None:
    """Look away until then; what changes once more is open at once.

    Raises Refused, ReasonMissing, SnoozeTooLong and FindingSettled.
    """
    scope.require(Permission.OPERATION_CONTROL)
    if not reason.strip():
        raise ReasonMissing("Say why nobody has to act until then.", field="reason")
    finding = _locked(scope, finding)
    longest = LONGEST_SNOOZE[Harm(finding.harm)]
    if not now() < until <= now() + longest:
        raise SnoozeTooLong(f"This may be snoozed for {_words(longest)} at most.", field="until")
    finding.snoozed_until = until
    _settle(scope, finding, FindingState.SNOOZED, reason.strip())
    audit.record(scope, "finding:snoozed", finding, reason=reason.strip(), until=until.isoformat())


@transaction.atomic
def wake(*, scope: Scope, finding: Finding) -> None:
    """End a snooze before its time. Raises Refused and FindingSettled."""
    scope.require(Permission.OPERATION_CONTROL)
    finding = _locked(scope, finding)
    finding.snoozed_until = None
    _settle(scope, finding, FindingState.OPEN, "")
    audit.record(scope, "finding:woken", finding, resource=finding.resource)


def _settle(scope: Scope, finding: Finding, state: FindingState, reason: str) -> None:
    finding.state, finding.reason = state, reason
    finding.settled_by = "" if state == FindingState.OPEN else scope.actor.label[:200]
    finding.settled_at = None if state in SETTLED_FROM else now()
    finding.save(update_fields=["state", "reason", "settled_by", "settled_at", "snoozed_until"])
    health.rejudge(scope, finding.region_id)


def _locked(scope: Scope, finding: Finding) -> Finding:
    row = Finding.objects.visible_to(scope).select_for_update().get(pk=finding.pk)
    if row.state not in SETTLED_FROM:
        state = row.get_state_display().lower()
        raise FindingSettled(
            f"The finding about {row.title} is {state} already.", todo="Look at the region's drift."
        )
    return row


def _words(span: timedelta) -> str:
    return f"{span.days} days" if span.days > 1 else f"{round(span.total_seconds() / 3600)} hours"
