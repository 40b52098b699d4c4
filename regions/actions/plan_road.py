"""From a signed plan to a region: what each stage waits for."""

from dataclasses import dataclass
from uuid import UUID

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.models import Connection, PlanVersion, Region
from regions.questionnaire.plan import RegionPlan
from regions.states import ConnectionState


@dataclass(frozen=True, slots=True)
class Road:
    connection: Connection | None
    region: Region | None
    is_signed: bool
    may_request: bool

    @property
    def is_connected(self) -> bool:
        return self.connection is not None and self.connection.state == ConnectionState.VERIFIED

    @property
    def can_be_requested(self) -> bool:
        """Nothing but a person's request is missing."""
        return self.is_signed and self.is_connected and self.region is None and self.may_request


def road(*, scope: Scope, version: PlanVersion, plan: RegionPlan, is_signed: bool) -> Road:
    connections = Connection.objects.visible_to(scope).filter(pk=UUID(plan.spec.connection_id))
    regions = Region.objects.visible_to(scope).filter(pk=version.onboarding.region_id)
    return Road(connections.first(), regions.first(), is_signed, scope.allows(Permission.REGION_CREATE))
