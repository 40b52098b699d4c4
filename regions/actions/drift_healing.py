"""What regions do by themselves about drift, where their people said so."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.scope import CONSOLE, Scope, of_console
from console.operations.actions.operations import OperationGoingOn
from console.operations.models import Operation
from regions.actions import drift_findings
from regions.actions.region_rows import NotInThisState
from regions.models import DriftWatch, Finding, Region
from regions.states import Healing
from regions.steps.drift_harm import DATA

MOST_A_DAY = 3
"""Somebody who undoes it as often wants something: people decide then."""
DAY = timedelta(days=1)


def heal(*, org_id: UUID, region_id: UUID) -> Operation | None:
    """Put back what the region's policy says and nobody has to decide; None where there is nothing to do now.

    While another operation is at work on the region, the next scan asks again.
    """
    scope = of_console(org_id)
    with scope.entered():
        region = Region.objects.visible_to(scope).get(pk=region_id)
        findings = list(_healable(scope, region))
        if not findings:
            return None
        try:
            with transaction.atomic():
                return drift_findings.put_back(scope=scope, region=region, findings=findings)
        except (OperationGoingOn, NotInThisState):
            return None


def _healable(scope: Scope, region: Region) -> Iterator[Finding]:
    watch = DriftWatch.objects.visible_to(scope).get(pk=region.id)
    for finding in Finding.objects.visible_to(scope).of_region(region).open().worst_first():
        if watch.healing_of(finding.kind) is not Healing.HEAL:
            continue
        if _is_for_people(finding) or _undone_again(scope, finding):
            _propose(scope, finding)
        else:
            yield finding


def _is_for_people(finding: Finding) -> bool:
    """What held data, and what no call changes back."""
    return (finding.is_gone and finding.kind in DATA) or any(bool(each["immutable"]) for each in finding.fields)


def _undone_again(scope: Scope, finding: Finding) -> bool:
    findings = Finding.objects.visible_to(scope).of_region(finding.region)
    return (
        findings.healed_since(now() - DAY, by=CONSOLE.label).filter(resource=finding.resource).count()
        >= MOST_A_DAY
    )


def _propose(scope: Scope, finding: Finding) -> None:
    if not finding.is_proposed:
        finding.is_proposed = True
        finding.save(update_fields=["is_proposed"])
        audit.record(scope, "finding:left-to-people", finding, resource=finding.resource)
