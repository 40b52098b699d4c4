"""One resource put back as it is wanted, whatever somebody did to it; its finding ends with it."""

from datetime import timedelta

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.lifecycle import on_end
from console.operations.models import Operation
from console.operations.outcomes import Done, Outcome, Retry
from console.operations.steps import StepContext
from regions.clouds.errors import CloudError
from regions.clouds.ports import Observation
from regions.clouds.surveys import MARKS, Mender
from regions.models import Finding, Resource
from regions.states import FindingState
from regions.steps import clouds, failures, surveys
from regions.steps.observed import keep, keep_error
from regions.steps.region_work import RegionWork, work_on
from regions.steps.resources import Reconciler, present_outcome

REVERTED = "resource.reverted"
REVERT = "revert"
SOON = timedelta(seconds=0.5)


@handler(REVERTED)
def reverted(context: StepContext) -> Outcome:
    work, name = work_on(context), str(context.params["resource"])
    mender = surveys.surveyors_of(work.region.cloud).mender(work.entry)
    try:
        return _Return(work, name, mender).carry_out()
    except CloudError as error:
        if failures.session_is_over(error):
            clouds.accounts_of(work.region.cloud).forget(work.entry)
            surveys.surveyors_of(work.region.cloud).forget(work.entry)
        keep_error(context.scope, work.region.id, name, error)
        return failures.answer(error, work.entry)


class _Return:
    """One attempt. Everything is read anew, so it may end at any instruction."""

    def __init__(self, work: RegionWork, name: str, mender: Mender) -> None:
        self.work, self.mender = work, mender
        self.manifest = work.manifest(name)
        self.known_id = _known_id(work, name)

    def carry_out(self) -> Outcome:
        seen = self._look()
        if _lost_marks(seen):
            self.mender.mark_again(self.manifest, self.known_id)
        self.mender.remove_additions(self.manifest, self.work.manifests)
        outcome = present_outcome(Reconciler(self.work, self.manifest.name))
        if not isinstance(outcome, Done):
            return outcome
        seen = self._look()
        if not (seen.exists and seen.up_to_date):
            fields = ", ".join(difference.field for difference in seen.differences) or "it"
            return Retry("NotUpToDate", SOON, f"The change of {fields} is not visible yet.")
        _settle(self.work.context, self.manifest.name)
        return Done("It is as wanted again.", facts=outcome.facts)

    def _look(self) -> Observation:
        seen: Observation = self.mender.look_closely(self.manifest, self.work.manifests, self.known_id)
        keep(self.work.context.scope, self.work.region.id, self.manifest.name, seen)
        return seen


def _known_id(work: RegionWork, name: str) -> str:
    """As the finding has it: the row forgets it when the resource seems gone."""
    scope = work.context.scope
    with scope.entered():
        findings = Finding.objects.visible_to(scope).of_region(work.region).live()
        found = findings.filter(resource=name).values_list("external_id", flat=True).first()
        rows = Resource.objects.visible_to(scope).of_region(work.region).filter(name=name)
        return found or rows.values_list("external_id", flat=True).first() or ""


def _lost_marks(seen: Observation) -> bool:
    return seen.exists and any(difference.field == MARKS for difference in seen.differences)


def _settle(context: StepContext, name: str) -> None:
    scope = context.scope
    with scope.entered():
        findings = Finding.objects.visible_to(scope).of_operation(context.operation_id).live()
        for finding in findings.select_for_update().filter(resource=name):
            finding.state, finding.settled_at = FindingState.REVERTED, now()
            finding.save(update_fields=["state", "settled_at"])
            audit.record(scope, "finding:reverted", finding, resource=name)


@on_end(REVERT)
def stopped(scope: Scope, operation: Operation) -> None:
    """What was not put back is open again."""
    findings = Finding.objects.visible_to(scope).of_operation(operation.id).select_for_update()
    for finding in findings.filter(state=FindingState.REVERTING):
        finding.state = FindingState.OPEN
        finding.save(update_fields=["state"])
        audit.record(scope, "finding:not-reverted", finding, resource=finding.resource, operation=operation.title)
