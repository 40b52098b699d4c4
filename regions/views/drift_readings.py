"""What the pages of a region's drift show, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from console.kernel.scope import Scope
from regions.actions.drift import EVERY
from regions.models import DriftScan, DriftWatch, Finding, Region, Resource
from regions.states import FindingState, Harm, Healing
from regions.steps.drift_findings import watch_of

SCANS = 8
OPEN = 50
LOOKS = {Harm.GREAT: "failed", Harm.SOME: "degraded", Harm.LITTLE: "warning"}


class Difference(NamedTuple):
    field: str
    expected: object
    observed: object


@dataclass(frozen=True, slots=True)
class FindingReading:
    finding: Finding

    @property
    def look(self) -> str:
        return LOOKS[Harm(self.finding.harm)]

    @property
    def differences(self) -> list[Difference]:
        if self.finding.is_gone:
            return [Difference("the resource", "there", "deleted")]
        return [Difference(each["field"], each["expected"], each["observed"]) for each in self.finding.fields]

    @property
    def author(self) -> str:
        """The person behind the call, else the principal's own name."""
        trace = self.finding.trace
        return str(trace.get("person") or str(trace.get("who", "")).rpartition(":")[2])

    @property
    def is_open(self) -> bool:
        return self.finding.state == FindingState.OPEN

    @property
    def may_be_settled(self) -> bool:
        return self.finding.state in {FindingState.OPEN, FindingState.SNOOZED}

    @property
    def may_be_reverted(self) -> bool:
        return self.may_be_settled and not any(each["immutable"] for each in self.finding.fields)

    @property
    def is_healed(self) -> bool:
        return self.finding.state == FindingState.REVERTED and self.finding.settled_by == "BYOC Console"

    @property
    def word(self) -> str:
        return "reverted by itself" if self.is_healed else self.finding.get_state_display()


@dataclass(frozen=True, slots=True)
class DriftReading:
    region: Region
    watch: DriftWatch
    open: Sequence[FindingReading]
    paused: Sequence[Resource]
    scans: Sequence[DriftScan]
    conditions: Sequence[tuple[str, bool | None, bool]]
    """Kind, up to date, paused: of each resource."""

    @property
    def last(self) -> DriftScan | None:
        return self.scans[0] if self.scans else None

    @property
    def resources_line(self) -> str:
        return f"{len(self.conditions)} in {len({kind for kind, _, _ in self.conditions})} kinds"

    @property
    def up_to_date_line(self) -> str:
        well = sum(bool(up_to_date) for _, up_to_date, _ in self.conditions)
        paused = sum(is_paused for _, _, is_paused in self.conditions)
        parts = [str(well), f"{len(self.open)} drifted", *([f"{paused} paused"] if paused else [])]
        return ", ".join(parts)

    @property
    def state(self) -> str:
        return self.open[0].look if self.open else "healthy"

    @property
    def next_at(self) -> datetime | None:
        return self.watch.scan_at if self.watch.every_seconds else None

    @property
    def every(self) -> str:
        return EVERY.get(self.watch.every_seconds, f"{self.watch.every_seconds} s")

    @property
    def healing_line(self) -> str:
        healed = [
            kind or "every other kind" for kind, policy in self.watch.healing.items() if policy == Healing.HEAL
        ]
        return ", ".join(healed) or "nothing"

    @property
    def calls_line(self) -> str:
        return f"{self.last.calls} calls in the last one" if self.last else "none yet"


def read(*, scope: Scope, region: Region) -> DriftReading:
    rows = Resource.objects.visible_to(scope).of_region(region).in_order()
    conditions = list(rows.values_list("kind", "up_to_date", "paused_at"))
    findings = Finding.objects.visible_to(scope).of_region(region)
    return DriftReading(
        region=region,
        watch=watch_of(scope, region),
        open=[FindingReading(each) for each in findings.acted_on().worst_first()[:OPEN]],
        paused=list(rows.paused()),
        scans=list(DriftScan.objects.visible_to(scope).of_region(region).newest_first()[:SCANS]),
        conditions=[(kind, up_to_date, paused_at is not None) for kind, up_to_date, paused_at in conditions],
    )
