"""What the answers of one section do to the plan, as the page beside the questions shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regions.questionnaire import codec
from regions.questionnaire.catalog import SECTION_OF
from regions.questionnaire.cost import CostRow
from regions.questionnaire.plan import Departure, RegionPlan, SizingRow
from regions.questionnaire.questions import Section

SIZED_BY = {
    "data": ("Database", "Storage"),
    "compute": ("Nodes",),
    "apps": ("Nodes",),
    "region": ("Zones",),
    "recovery": ("Recovery", "Maintenance"),
}
DRAWN = frozenset({"network", "region", "connectivity"})
"""Sections beside which the network is drawn."""


NAMES = frozenset({"connection_id", "deployment_role_arn", "permissions_boundary_arn"})
"""Fields of the spec that come from the connection and not from an answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the spec that differs from the last plan version."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    plan: RegionPlan
    draws_network: bool
    sizing: tuple[SizingRow, ...]
    cost: tuple[CostRow, ...]
    section_cost: Decimal | None
    """USD a month of the rows whose price is known; nothing when none is."""
    total: Decimal
    departures: tuple[Departure, ...]
    changes: tuple[Change, ...]


def effect(plan: RegionPlan, section: Section, last: RegionPlan | None) -> Effect:
    rows = plan.cost.of_section(section.key)
    known = [row.amount for row in rows if row.amount is not None]
    return Effect(
        plan=plan,
        draws_network=section.key in DRAWN,
        sizing=tuple(row for row in plan.sizing if row.what in SIZED_BY.get(section.key, ())),
        cost=rows,
        section_cost=sum(known, Decimal(0)) if known else None,
        total=Decimal(plan.cost.total),
        departures=tuple(item for item in plan.departures if SECTION_OF[item.key] is section),
        changes=tuple(_changes(last, plan)) if last else (),
    )


def _changes(last: RegionPlan, plan: RegionPlan) -> Iterator[Change]:
    before = dict(_leaves(codec.to_document(last.spec)))
    after = dict(_leaves(codec.to_document(plan.spec)))
    for field in sorted(before.keys() | after.keys()):
        if field not in NAMES and before.get(field) != after.get(field):
            yield Change(field, before.get(field, ""), after.get(field, ""))


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        yield path, ", ".join("=".join(item) if isinstance(item, list) else str(item) for item in node)
    else:
        yield path, str(node)
