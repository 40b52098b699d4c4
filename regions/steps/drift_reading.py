"""Reading whole regions from their cloud: what a scan sees, before anybody judges it. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from console.kernel.scope import Scope
from regions.blueprints.manifests import Manifest
from regions.clouds.errors import Category, CloudError
from regions.clouds.ports import Observation
from regions.clouds.surveys import Survey, Trace, Trail
from regions.models import Region, Resource
from regions.steps import drift_who
from regions.steps.failures import ASSUME_ROLE, session_is_over

STALE = timedelta(hours=6)
"""A resource is read again after this, even if the trail says that nobody touched its service."""
TRAIL_REACHES = timedelta(days=7)
NOBODY_SAID = Trail((), complete=False)
OF_THE_WHOLE = frozenset({Category.THROTTLED, Category.TRANSIENT})
"""Errors after which nothing more is asked; others are about one resource."""


@dataclass(slots=True)
class Looked:
    """What one scan saw of one region."""

    region: Region
    rows: Mapping[str, Resource]
    """As they were before."""
    manifests: Mapping[str, Manifest]
    started_at: datetime
    seen: dict[str, Observation] = field(default_factory=dict)
    refused: dict[str, CloudError] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)
    calls: int = 0

    @property
    def drifted(self) -> list[str]:
        return [name for name, seen in self.seen.items() if is_drift(seen)]


@dataclass(frozen=True, slots=True)
class Quiet:
    """What the cloud's trail tells of services: one that nobody wrote to holds what it held."""

    trail: Trail
    at: datetime

    def unchanged(self, row: Resource, service: str) -> bool:
        if (
            row.observed_at is None
            or not self.trail.complete
            or not _well(row)
            or self.at - row.observed_at > STALE
        ):
            return False
        return not any(
            trace.at >= row.observed_at.replace(microsecond=0) and trace.call.partition(":")[0] == service
            for trace in self.trail.traces
        )


EVERYTHING = Quiet(NOBODY_SAID, datetime.min.replace(tzinfo=UTC))
"""Read every resource, whatever the trail says."""


def is_drift(seen: Observation) -> bool:
    """One that is on its way somewhere is not judged; one that failed is a matter of health."""
    return not seen.deleting and (not seen.exists or bool(seen.differences))


def rows_of(scope: Scope, region: Region) -> dict[str, Resource]:
    with scope.entered():
        return {row.name: row for row in Resource.objects.visible_to(scope).of_region(region).in_order()}


def quiet_since(survey: Survey, rows: Iterable[Resource], *, at: datetime) -> Quiet:
    """Ask the trail what happened since the oldest look that still counts."""
    alone = [row for row in rows if not survey.is_read_with_others(row.kind)]
    looks = [row.observed_at for row in alone if row.observed_at and at - row.observed_at <= STALE and _well(row)]
    if not looks:
        return EVERYTHING
    return Quiet(read_trail(survey, since=min(looks), until=at), at)


def read_trail(survey: Survey, *, since: datetime, until: datetime) -> Trail:
    """A trail that may not be read says nothing; the scan goes on without it."""
    try:
        return survey.trail(since=since, until=until)
    except CloudError as error:
        if stops_everything(error):
            raise
        return NOBODY_SAID


def look(survey: Survey, region: Region, rows: Mapping[str, Resource], *, quiet: Quiet, at: datetime) -> Looked:
    """Read the region's resources together, and closely what is not as wanted.

    Raises CloudError where nothing more can be asked.
    """
    before = survey.calls
    looked = Looked(region, rows, {name: Manifest(row.manifest) for name, row in rows.items()}, at)
    for name, row in rows.items():
        alone = not survey.is_read_with_others(row.kind)
        if alone and quiet.unchanged(row, survey.service_of(row.kind)):
            continue
        try:
            looked.seen[name] = _seen(survey, looked, row)
        except CloudError as error:
            if stops_everything(error):
                raise
            looked.refused[name] = error
    looked.calls = survey.calls - before
    return looked


def _seen(survey: Survey, looked: Looked, row: Resource) -> Observation:
    manifest = looked.manifests[row.name]
    seen = survey.look(manifest, looked.manifests, row.external_id)
    if seen.exists and seen.ready and seen.up_to_date:
        return seen
    return survey.look_closely(manifest, looked.manifests, row.external_id)


def stops_everything(error: CloudError) -> bool:
    return error.operation == ASSUME_ROLE or session_is_over(error) or error.category in OF_THE_WHOLE


def trace(survey: Survey, looked: Looked, names: Sequence[str], *, until: datetime) -> None:
    """Ask the trail who made these resources differ."""
    if not names:
        return
    oldest = min((looked.rows[name].observed_at or looked.started_at for name in names), default=until)
    trail = read_trail(survey, since=max(oldest, until - TRAIL_REACHES) - timedelta(minutes=1), until=until)
    own_role = looked.region.connection.role_arn.rpartition("/")[2]
    for name in names:
        found = drift_who.found(_sought(survey, looked, name), trail.traces, own_role=own_role)
        if found is not None:
            looked.traces[name] = found


def _sought(survey: Survey, looked: Looked, name: str) -> drift_who.Sought:
    row, manifest = looked.rows[name], looked.manifests[name]
    arn = str(row.facts.get("arn", ""))
    beside = (looked.rows[need].external_id for need in manifest.needs if need in looked.rows)
    return drift_who.Sought(
        service=survey.service_of(row.kind),
        names=drift_who.names_of(row.external_id, manifest.external_name, arn),
        beside=drift_who.names_of(*beside),
        since=row.observed_at if _well(row) else None,
    )


def _well(row: Resource) -> bool:
    return bool(row.exists and row.ready and row.up_to_date and row.synced)
