"""What the pages of leaving show, each in a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from console.kernel.scope import Scope
from regions.actions.deletion_certificates import Judgement, judged
from regions.models import DeletionCertificate, Leftover, Region, RegionHold, Resource
from regions.steps.holding import hold_of
from regions.steps.leftovers import total

OUTCOMES = {
    "deleted": "Deleted",
    "kept": "Kept by choice",
    "not_there": "Was not there",
    "not_ours": "Not ours, left alone",
}


@dataclass(frozen=True, slots=True)
class Before:
    """A region before it leaves."""

    hold: RegionHold | None
    by_kind: Sequence[tuple[str, int]]
    present: int
    """Resources that the cloud had at the last look."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(kind for kind, _ in self.by_kind)


def before(*, scope: Scope, region: Region) -> Before:
    rows = Resource.objects.visible_to(scope).of_region(region).in_order()
    found = list(rows.values_list("kind", "external_id"))
    by_kind = sorted(Counter(kind for kind, _ in found).items())
    return Before(hold_of(scope, region), by_kind, sum(bool(identifier) for _, identifier in found))


@dataclass(frozen=True, slots=True)
class Holds:
    current: RegionHold | None
    earlier: Sequence[RegionHold]


def holds_of(*, scope: Scope, region: Region) -> Holds:
    rows = list(RegionHold.objects.visible_to(scope).of_region(region.id).newest_first()[:20])
    current = hold_of(scope, region)
    return Holds(current, [row for row in rows if current is None or row.id != current.id])


@dataclass(frozen=True, slots=True)
class After:
    """A region that has left: the newest certificate, and what is left by now."""

    certificate: DeletionCertificate
    judgement: Judgement
    leftovers: Sequence[Leftover]

    @property
    def said(self) -> Mapping[str, Any]:
        return self.judgement.said or {}

    @property
    def things(self) -> list[dict[str, Any]]:
        """Resources in the order of the plan, with what became of them in words."""
        return [{**one, "word": OUTCOMES.get(one["outcome"], one["outcome"])} for one in self._told("resources")]

    @property
    def counted(self) -> list[tuple[str, int]]:
        counts = Counter(one["outcome"] for one in self._told("resources"))
        return [(word, counts[outcome]) for outcome, word in OUTCOMES.items() if counts[outcome]]

    @property
    def state(self) -> str:
        return "succeeded" if self.judgement.valid else "failed"

    @property
    def monthly(self) -> Decimal:
        return total(self.leftovers)

    @property
    def unpriced(self) -> int:
        return sum(row.monthly is None for row in self.leftovers)

    @property
    def removable(self) -> int:
        return sum(bool(row.kind) for row in self.leftovers)

    def _told(self, what: str) -> list[dict[str, Any]]:
        return list(self.said.get(what, ()))


def after(*, scope: Scope, region: Region, certificate: DeletionCertificate) -> After:
    rows = Leftover.objects.visible_to(scope).of_region(region.id).still_there().in_order()
    return After(certificate, judged(certificate), list(rows))
