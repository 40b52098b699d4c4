"""A hold keeps a region: nothing that takes it away begins, or begins again, while it is in force."""

from console.kernel.clock import now
from console.kernel.errors import Conflict
from console.kernel.scope import Scope
from regions.models import Region, RegionHold


class RegionHeld(Conflict):
    code = "region_held"
    title = "The region is held"


def hold_of(scope: Scope, region: Region) -> RegionHold | None:
    """The one in force today."""
    held: RegionHold | None = (
        RegionHold.objects.visible_to(scope).of_region(region.id).in_force(now().date()).first()
    )
    return held


def refuse_if_held(scope: Scope, region: Region) -> None:
    """Raises RegionHeld."""
    if hold := hold_of(scope, region):
        raise RegionHeld(
            f"{region.name} is held until {hold.until:%d %B %Y} by {hold.placed_by}: {hold.reason}",
            todo="An owner lifts the hold on the region's page, or you wait until that day is over.",
        )
