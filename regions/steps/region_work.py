"""What the steps of a region work on: its rows, its manifests, its cloud."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from console.operations.steps import StepContext
from regions.blueprints.keeping import NOTHING, Keeping
from regions.blueprints.manifests import Manifest
from regions.clouds.inspection import Inspector
from regions.clouds.leftovers import Searcher
from regions.clouds.ports import ResourceClient
from regions.models import Region, Resource
from regions.steps import clouds
from regions.steps.clouds import CloudEntry

UNFIT = re.compile(r"[^\w+=,.@-]")  # what STS takes in RoleSessionName and SourceIdentity


@dataclass(slots=True)
class RegionWork:
    """Rows are read in short transactions of their own; none is open while the cloud is asked."""

    context: StepContext
    region: Region
    _manifests: Mapping[str, Manifest] = field(default_factory=dict)

    @property
    def entry(self) -> CloudEntry:
        connection = self.region.connection
        return CloudEntry(
            account_id=connection.account_id,
            cloud_region=self.region.cloud_region,
            role_arn=connection.role_arn,
            external_id=connection.external_id,
            session_name=fit(self.context.request_id or f"byoc-{self.context.operation_id}"),
            source_identity=fit(self.context.requested_by_id or "byoc-console"),
            tags={"byoc:connection": str(connection.id)},
        )

    @property
    def keeping(self) -> Keeping:
        """What the person who deprovisions chose to keep."""
        chosen = self.context.operation_context.get("keeping")
        return Keeping.from_document(chosen) if chosen else NOTHING

    @property
    def client(self) -> ResourceClient:
        return clouds.accounts_of(self.region.cloud).resources(self.entry, self.manifest)

    @property
    def inspector(self) -> Inspector:
        return clouds.accounts_of(self.region.cloud).inspector(self.entry)

    @property
    def searcher(self) -> Searcher:
        return clouds.accounts_of(self.region.cloud).searcher(self.entry)

    @property
    def manifests(self) -> Mapping[str, Manifest]:
        """Every manifest of the region, by its name; read once."""
        if not self._manifests:
            scope = self.context.scope
            with scope.entered():
                rows = Resource.objects.visible_to(scope).of_region(self.region).in_order()
                self._manifests = {row.name: Manifest(row.manifest) for row in rows.only("name", "manifest")}
        return self._manifests

    def manifest(self, name: str) -> Manifest:
        return self.manifests[name]

    def of_kind(self, *kinds: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests.values() if manifest.kind in kinds]


def work_on(context: StepContext) -> RegionWork:
    with context.scope.entered():
        rows = Region.objects.visible_to(context.scope).select_related("connection")
        return RegionWork(context, rows.get(id=UUID(context.target_id)))


def fit(text: str) -> str:
    return UNFIT.sub("-", text)[:64]
