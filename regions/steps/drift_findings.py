"""Judging what a scan saw: findings opened, kept and closed, and the resources' rows brought up to date."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.models import Step
from console.operations.states import OPERATION_ENDED
from regions.clouds.ports import Observation
from regions.clouds.surveys import Trace
from regions.models import DriftWatch, Finding, Region, Resource
from regions.states import FindingState, Healing, RegionState
from regions.steps import health
from regions.steps.drift_harm import Case, told
from regions.steps.drift_reading import Looked, is_drift
from regions.steps.observed import columns_of, error_columns

CHANGING = ("resource.present", "resource.absent", "resource.reverted")
"""Handlers of steps that change a resource."""


@dataclass(slots=True)
class Judged:
    held: int = 0
    opened: int = 0
    closed: int = 0
    to_heal: int = 0


def watch_of(scope: Scope, region: Region) -> DriftWatch:
    """How the region is watched; made by the first who asks."""
    fields = {
        "org_id": scope.org_id, "region": region, "connection_id": region.connection_id,
        "cloud_region": region.cloud_region,
    }  # fmt: skip
    watch: DriftWatch = DriftWatch.objects.visible_to(scope).get_or_create(id=region.id, defaults=fields)[0]
    return watch


def held_names(scope: Scope, region_id: UUID, *, since: datetime) -> set[str]:
    """Resources that an operation changes now, or changed at any moment since: what was seen may be half of it."""
    steps = Step.objects.visible_to(scope).filter(
        operation__target_id=str(region_id), operation__target_type="region", handler__in=CHANGING
    )
    going = steps.filter(finished_at__isnull=True).exclude(operation__state__in=OPERATION_ENDED)
    late = steps.filter(finished_at__gte=since)
    return {str(params["resource"]) for params in going.union(late, all=True).values_list("params", flat=True)}


def judge(scope: Scope, looked: Looked) -> Judged:
    """In one transaction; a scan that a later one overtook judges nothing."""
    judged = Judged()
    with scope.entered():
        watch_of(scope, looked.region)
        watch = DriftWatch.objects.visible_to(scope).select_for_update().get(pk=looked.region.id)
        region = Region.objects.visible_to(scope).get(pk=looked.region.id)
        if watch.judged_at is not None and watch.judged_at > looked.started_at:
            return judged
        held = held_names(scope, region.id, since=looked.started_at)
        _keep(scope, looked, held)
        judged.held = len(held & looked.seen.keys())
        if region.state == RegionState.ACTIVE:
            _Bench(scope, watch, looked, judged).judge(held)
            health.rejudge(scope, region.id)
        watch.judged_at = looked.started_at
        watch.save(update_fields=["judged_at"])
    return judged


def _keep(scope: Scope, looked: Looked, held: set[str]) -> None:
    """Observed columns of what no operation is at work on, which writes them itself."""
    rows = Resource.objects.visible_to(scope).of_region(looked.region)
    changed: dict[str, dict[str, Any]] = {
        **{name: columns_of(seen) for name, seen in looked.seen.items()},
        **{name: error_columns(error) for name, error in looked.refused.items()},
    }
    written, fields = [], set[str]()
    for row in rows.select_for_update().filter(name__in=changed.keys() - held):
        for column, value in changed[row.name].items():
            setattr(row, column, value)
            fields.add(column)
        written.append(row)
    if written:
        rows.bulk_update(written, sorted(fields))


@dataclass(slots=True)
class _Bench:
    """Judges one region's resources, one after the other."""

    scope: Scope
    watch: DriftWatch
    looked: Looked
    judged: Judged

    def judge(self, held: set[str]) -> None:
        findings = Finding.objects.visible_to(self.scope).of_region(self.looked.region).live()
        live = {finding.resource: finding for finding in findings.select_for_update()}
        for name, seen in self.looked.seen.items():
            row, finding = self.looked.rows[name], live.get(name)
            if name in held or seen.deleting:
                continue
            if not is_drift(seen):
                if finding is not None:
                    self._close(finding)
            elif finding is not None:
                self._see_again(finding, seen)
            elif row.paused_at is None:
                self._open(row, seen)
        self._wake(live.values())
        self._forget(live.values())

    def _open(self, row: Resource, seen: Observation) -> None:
        finding = Finding(
            org_id=self.scope.org_id, region=self.looked.region, resource=row.name, kind=row.kind, title=row.title,
            external_id=(seen.external_id or row.external_id)[:300], **_said(row.kind, row.title, seen),
        )  # fmt: skip
        healing = self.watch.healing_of(row.kind)
        finding.is_proposed = healing is Healing.PROPOSE
        self._trace(finding)
        finding.save(force_insert=True)
        audit.record(
            self.scope, "finding:opened", finding, resource=row.name, kind=row.kind, sentence=finding.sentence,
            fields=finding.names, changed_by=finding.trace.get("who", ""),
        )  # fmt: skip
        self.judged.opened += 1
        self.judged.to_heal += healing is Healing.HEAL

    def _see_again(self, finding: Finding, seen: Observation) -> None:
        said = _said(finding.kind, finding.title, seen)
        if finding.state == FindingState.SNOOZED and (said["fields"], said["is_gone"]) != (
            finding.fields, finding.is_gone,
        ):  # fmt: skip
            self._reopen(finding, "It changed once more while it was snoozed.")
        for name, value in said.items():
            setattr(finding, name, value)
        finding.seen_at = now()
        if not finding.trace:
            self._trace(finding)
        finding.save()
        self.judged.to_heal += (
            finding.state == FindingState.OPEN and self.watch.healing_of(finding.kind) is Healing.HEAL
        )

    def _close(self, finding: Finding) -> None:
        finding.state, finding.settled_at, finding.settled_by = FindingState.CLEARED, now(), ""
        finding.save(update_fields=["state", "settled_at", "settled_by"])
        audit.record(self.scope, "finding:cleared", finding, resource=finding.resource)
        self.judged.closed += 1

    def _wake(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            over = finding.snoozed_until is not None and finding.snoozed_until <= now()
            if finding.state == FindingState.SNOOZED and over:
                self._reopen(finding, "Its snooze is over.")
                finding.save(update_fields=["state", "snoozed_until", "reason", "settled_by"])

    def _reopen(self, finding: Finding, why: str) -> None:
        audit.record(self.scope, "finding:woken", finding, resource=finding.resource, why=why)
        finding.state, finding.snoozed_until = FindingState.OPEN, None
        finding.reason = finding.settled_by = ""

    def _forget(self, findings: Iterable[Finding]) -> None:
        """What the plan no longer has cannot differ from it."""
        for finding in findings:
            if finding.resource not in self.looked.rows:
                self._close(finding)

    def _trace(self, finding: Finding) -> None:
        trace = self.looked.traces.get(finding.resource)
        if trace is not None:
            finding.trace, finding.changed_at = _told(trace), trace.at


def _said(kind: str, title: str, seen: Observation) -> dict[str, Any]:
    harm, sentence = told(Case(kind, title, not seen.exists, seen.differences))
    fields = [asdict(difference) for difference in seen.differences]
    return {"harm": harm, "sentence": sentence, "fields": fields, "is_gone": not seen.exists}


def _told(trace: Trace) -> dict[str, str]:
    return {
        "who": trace.who, "person": trace.person, "call": trace.call, "source_ip": trace.source_ip,
        "event_id": trace.event_id,
    }  # fmt: skip
