"""Scans: regions of one place are read together and judged one by one, by schedule or on a person's word."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.queue import Job, enqueue_on_commit
from console.kernel.scope import Scope
from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import CloudError
from regions.clouds.surveys import Survey
from regions.models import DriftScan, Finding, Region, Resource
from regions.states import RegionState, ScanState, ScanTrigger
from regions.steps import failures, surveys
from regions.steps.clouds import CloudEntry
from regions.steps.drift_findings import Judged, judge
from regions.steps.drift_reading import EVERYTHING, Looked, Quiet, look, quiet_since, rows_of, trace
from regions.steps.region_work import fit
from regions.steps.stores import entry_of

logger = logging.getLogger("regions.drift")
SESSION = "byoc-drift"
SCANS_KEPT = timedelta(days=30)
STEP = StepSpec("scan", "Read every resource from the cloud", "region.scan", params={"group": "Region"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a scan is made. `scan_id` makes a repeated one replace what it wrote before."""

    trigger: ScanTrigger
    by: str = ""
    scan_id: UUID | None = None

    @property
    def reads_everything(self) -> bool:
        return self.trigger == ScanTrigger.PERSON


@handler(STEP.handler)
def scan_region(context: StepContext) -> Outcome:
    scope = context.scope
    with scope.entered():
        region = Region.objects.visible_to(scope).select_related("connection").get(id=UUID(context.target_id))
    entry = entry_of(region, session_name=fit(context.request_id or f"byoc-{context.operation_id}"))
    asked = Asked(ScanTrigger.PERSON, by=scope.actor.label, scan_id=context.step_id)
    try:
        judged = scan(scope, entry, [region], asked)[region.id]
    except CloudError as error:
        if failures.session_is_over(error):
            surveys.surveyors_of(region.cloud).forget(entry)
        return failures.answer(error, entry)
    return Done(_sentence(judged), facts={"opened": judged.opened, "closed": judged.closed, "held": judged.held})


def scan_by_schedule(scope: Scope, region_ids: Sequence[UUID]) -> None:
    """Regions of one place; what the cloud refuses is written down, and the next scan tries again."""
    with scope.entered():
        rows = Region.objects.visible_to(scope).select_related("connection").filter(pk__in=region_ids)
        regions = list(rows.filter(state=RegionState.ACTIVE))
    if not regions:
        return
    entry = entry_of(regions[0], session_name=SESSION)
    try:
        scan(scope, entry, regions, Asked(ScanTrigger.SCHEDULE))
    except CloudError as error:
        if failures.session_is_over(error):
            surveys.surveyors_of(regions[0].cloud).forget(entry)
        logger.warning("A scan of %s regions failed: %s", len(regions), error)
        _write_failure(scope, regions, error)


def scan(scope: Scope, entry: CloudEntry, regions: Sequence[Region], asked: Asked) -> Mapping[UUID, Judged]:
    """Read and judge. Raises CloudError where nothing more can be asked; regions judged by then stay judged."""
    started = now()
    survey = surveys.surveyors_of(regions[0].cloud).survey(entry, [str(region.id) for region in regions])
    rows = {region.id: rows_of(scope, region) for region in regions}
    quiet = EVERYTHING if asked.reads_everything else _quiet(survey, rows, started)
    judged, counted = {}, 0
    for region in regions:
        judged[region.id] = _scan_one(scope, survey, region, rows[region.id], quiet, asked, counted)
        counted = survey.calls
    return judged


def _quiet(survey: Survey, rows: Mapping[UUID, Mapping[str, Resource]], at: datetime) -> Quiet:
    return quiet_since(survey, (row for each in rows.values() for row in each.values()), at=at)


def _scan_one(
    scope: Scope,
    survey: Survey,
    region: Region,
    rows: Mapping[str, Resource],
    quiet: Quiet,
    asked: Asked,
    counted: int,
) -> Judged:
    """`counted` are the calls that other regions were told of."""
    started = now()
    looked = look(survey, region, rows, quiet=quiet, at=started)
    trace(survey, looked, _untraced(scope, looked), until=now())
    judged = judge(scope, looked)
    with scope.entered():
        _write(scope, looked, judged, asked, calls=survey.calls - counted)
        if judged.to_heal:
            enqueue_on_commit(Job.HEAL_REGION, org_id=str(scope.org_id), region_id=str(region.id))
    return judged


def _untraced(scope: Scope, looked: Looked) -> list[str]:
    """Drift that no trace is known of; the trail tells some minutes late."""
    with scope.entered():
        findings = Finding.objects.visible_to(scope).of_region(looked.region).live().exclude(trace={})
        known = set(findings.values_list("resource", flat=True))
    return [name for name in looked.drifted if name not in known]


def _write(scope: Scope, looked: Looked, judged: Judged, asked: Asked, *, calls: int) -> None:
    fields = {
        "org_id": scope.org_id, "region": looked.region, "trigger": asked.trigger, "asked_by": asked.by[:200],
        "state": ScanState.SUCCEEDED, "message": _refusals(looked), "started_at": looked.started_at,
        "finished_at": now(), "resources": len(looked.rows), "calls": calls, "read": len(looked.seen),
        "kinds": len({row.kind for row in looked.rows.values()}), "held": judged.held, "opened": judged.opened,
        "closed": judged.closed, "healed": judged.to_heal,
    }  # fmt: skip
    scans = DriftScan.objects.visible_to(scope)
    scans.update_or_create(id=asked.scan_id or new_id(), defaults=fields)
    scans.of_region(looked.region).older_than(now() - SCANS_KEPT).delete()


def _write_failure(scope: Scope, regions: Sequence[Region], error: CloudError) -> None:
    message = f"{error.operation}: {error.code}: {error.message}"
    with scope.entered():
        DriftScan.objects.bulk_create(
            DriftScan(
                org_id=scope.org_id, region=region, trigger=ScanTrigger.SCHEDULE, state=ScanState.FAILED,
                message=message,
            )
            for region in regions
        )  # fmt: skip


def _refusals(looked: Looked) -> str:
    if not looked.refused:
        return ""
    calls = ", ".join(sorted({error.operation for error in looked.refused.values()}))
    return f"{len(looked.refused)} resources could not be read: the role may not do {calls}."


def _sentence(judged: Judged) -> str:
    if not judged.opened and not judged.closed:
        return "Nothing new differs from the plan."
    return f"{judged.opened} new findings, {judged.closed} closed."
