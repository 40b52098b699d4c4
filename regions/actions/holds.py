"""Retention holds: until a day, nobody deprovisions the region."""

from datetime import date

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions.region_rows import locked
from regions.models import Region, RegionHold
from regions.states import RegionState
from regions.steps.holding import hold_of

MAY_BE_HELD = frozenset({RegionState.PLANNED, RegionState.PROVISIONING, RegionState.ACTIVE, RegionState.FAILED})
LONGEST_YEARS = 30
SHORTEST_REASON = 5


class HoldDayUnfit(Invalid):
    code = "hold_day_unfit"
    title = "A hold cannot end on that day"


class ReasonMissing(Invalid):
    code = "reason_missing"
    title = "A reason is missing"


class NotHeld(Conflict):
    code = "region_not_held"
    title = "The region is not held"


@transaction.atomic
def place(*, scope: Scope, region: Region, until: date, reason: str) -> RegionHold:
    """Keep the region through the day `until` (UTC). A longer hold replaces the one that is in force.

    Raises Refused, ReasonMissing, HoldDayUnfit and NotInThisState.
    """
    scope.require(Permission.REGION_HOLD)
    why = _given(reason)
    region = locked(scope, region, MAY_BE_HELD, "held")
    before = hold_of(scope, region)
    _require_fit(until, before)
    open_ones = RegionHold.objects.visible_to(scope).of_region(region.id).not_lifted()
    open_ones.update(
        lifted_at=now(), lifted_by=scope.actor.label, lift_reason=f"Replaced by a hold until {until}."
    )
    hold: RegionHold = RegionHold.objects.create(
        org_id=scope.org_id, region=region, until=until, reason=why, placed_by=scope.actor.label
    )
    changes = {"until": (str(before.until) if before else None, str(until))}
    audit.record(scope, "region:held", region, reason=why, changes=changes)
    return hold


@transaction.atomic
def lift(*, scope: Scope, region: Region, reason: str) -> RegionHold:
    """Raises Refused, ReasonMissing and NotHeld."""
    scope.require(Permission.REGION_HOLD)
    why = _given(reason)
    region = locked(scope, region, MAY_BE_HELD, "released")
    hold = hold_of(scope, region)
    if hold is None:
        raise NotHeld(f"{region.name} is not held.", todo="It may be deprovisioned by whoever has the permission.")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = now(), scope.actor.label, why
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    audit.record(scope, "region:released", region, reason=why, changes={"until": (str(hold.until), None)})
    return hold


def _given(reason: str) -> str:
    why = " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise ReasonMissing("Say why in a few words; it stands in the audit trail.", field="reason")
    return why[:300]


def _require_fit(until: date, before: RegionHold | None) -> None:
    today = now().date()
    if not today < until <= today.replace(year=today.year + LONGEST_YEARS, day=min(today.day, 28)):
        raise HoldDayUnfit(f"Choose a day after today, within {LONGEST_YEARS} years.", field="until")
    if before is not None and until < before.until:
        raise HoldDayUnfit(
            f"The region is held until {before.until:%d %B %Y}: a hold is made longer, never shorter.",
            todo="Lift it with a reason, then place another.",
            field="until",
        )
