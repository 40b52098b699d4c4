"""From a signed plan to a region: what each stage waits for."""

from dataclasses import dataclass
from uuid import UUID

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.models import Connection, PlanVersion, Region
from regions.questionnaire.plan import RegionPlan
from regions.states import ConnectionState, RegionState


@dataclass(frozen=True, slots=True)
class Road:
    connection: Connection | None
    region: Region | None
    is_signed: bool
    may_request: bool
    is_change: bool = False
    """The region runs, and is made from another version."""

    @property
    def is_connected(self) -> bool:
        return self.connection is not None and self.connection.state == ConnectionState.VERIFIED

    @property
    def can_be_requested(self) -> bool:
        """Nothing but a person's request is missing."""
        return self.is_signed and self.is_connected and self.region is None and self.may_request


def road(*, scope: Scope, version: PlanVersion, plan: RegionPlan, is_signed: bool) -> Road:
    connections = Connection.objects.visible_to(scope).filter(pk=UUID(plan.spec.connection_id))
    region = Region.objects.visible_to(scope).filter(pk=version.onboarding.region_id).first()
    return Road(
        connection=connections.first(),
        region=region,
        is_signed=is_signed,
        may_request=scope.allows(Permission.REGION_CREATE),
        is_change=region is not None and region.state == RegionState.ACTIVE and region.plan_id != version.pk,
    )
