"""What every act on a region begins with: the row locked in a fitting state, and what it is made of."""

from collections.abc import Sequence

from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.blueprints import Manifest
from regions.models import Region, Resource
from regions.states import RegionState


class NotInThisState(Conflict):
    code = "region_state"
    title = "The region is in another state"


def locked(scope: Scope, region: Region, states: frozenset[RegionState], done: str) -> Region:
    """Nobody else acts on it until the transaction ends. Raises NotInThisState."""
    row = Region.objects.visible_to(scope).select_for_update().get(id=region.id)
    if row.state not in states:
        state = row.get_state_display().lower()
        raise NotInThisState(f"{row.name} is {state} and cannot be {done} now.", todo="Look at its page.")
    return row


def wanted(scope: Scope, region: Region) -> list[Manifest]:
    rows = Resource.objects.visible_to(scope).of_region(region).in_order()
    return [Manifest(row.manifest) for row in rows]


def start(scope: Scope, region: Region, kind: str, title: str, manifests: Sequence[Manifest]) -> Operation:
    """An operation of one of the kinds that need nothing but the manifests. Raises OperationGoingOn."""
    return operations.start(scope=scope, kind=kind, title=title, target=region, steps=plans.STEPS[kind](manifests))
