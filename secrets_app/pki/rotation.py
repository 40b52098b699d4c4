"""Moving an application plane from one root to another, with no moment in which two regions cannot talk.

Regions act one by one and at any time, so a phase is entered only when what every region *has applied*
allows it: first all trust both roots, then all come from the new one, then the old one goes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import permutations
from typing import Self

from cryptography import x509

from secrets_app.pki import chain
from secrets_app.pki.refusals import ChainRefused


class Phase(StrEnum):
    OLD = "old"
    BOTH = "both"
    SWITCH = "switch"
    NEW = "new"


PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Desired:
    """What a phase asks of every region."""

    trusts: frozenset[str]
    issuer: str
    """The root that intermediates, and so leaves, come from."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one region may be doing now, at worst. Roots are named by fingerprint."""

    region: str
    trusts: frozenset[str]
    """Roots that it trusts for certain."""
    presents: frozenset[str]
    """Roots that some leaf of its may lead to."""

    @classmethod
    def of(cls, region: str, published: Sequence[Desired], presents: Iterable[str]) -> Self:
        """Take all that was published to the region since what it has confirmed, that one first.

        Each of them it may have applied meanwhile without having said so. `presents`: the roots of
        the leaves that it reported as still in use.
        """
        trusts = frozenset.intersection(*(each.trusts for each in published)) if published else frozenset()
        return cls(region, trusts, frozenset(presents) | {each.issuer for each in published})


@dataclass(frozen=True, slots=True)
class Hindrance:
    region: str
    sentence: str


def desired(phase: Phase, old: str, new: str) -> Desired:
    both = frozenset({old, new})
    return {
        Phase.OLD: Desired(frozenset({old}), old),
        Phase.BOTH: Desired(both, old),
        Phase.SWITCH: Desired(both, new),
        Phase.NEW: Desired(frozenset({new}), new),
    }[phase]


def can_talk(one: Standing, other: Standing) -> bool:
    """Mutual TLS: each trusts whatever leaf the other may present."""
    return one.presents <= other.trusts and other.presents <= one.trusts


def silent_pairs(standings: Sequence[Standing]) -> list[tuple[str, str]]:
    """The pairs of regions that cannot talk now."""
    return [
        (one.region, other.region)
        for number, one in enumerate(standings)
        for other in standings[number + 1 :]
        if not can_talk(one, other)
    ]


def neighbours(phase: Phase) -> tuple[Phase, ...]:
    """The phases that may follow: one forward, or one back."""
    at = PHASES.index(phase)
    return tuple(PHASES[to] for to in (at - 1, at + 1) if 0 <= to < len(PHASES))


def hindrances(to: Phase, standings: Iterable[Standing], old: str, new: str) -> list[Hindrance]:
    """What keeps the plane from entering `to`; an empty list opens the gate.

    Each region follows in its own time, and meanwhile stands where it stands now or where `to` asks:
    every root that any of them may present must be trusted by all of them, before and after.
    """
    aim = desired(to, old, new)
    everybody = list(standings)
    presented = frozenset({aim.issuer}).union(*(one.presents for one in everybody))
    return [
        Hindrance(one.region, _why(one, root, old))
        for one in everybody
        for root in sorted(presented - (one.trusts & aim.trusts))
    ]


def _why(one: Standing, root: str, old: str) -> str:
    name = "the old root" if root == old else "the new root"
    if root not in one.trusts:
        return f"{one.region} has not confirmed that it trusts {name}."
    return f"Leaves of {name} are still in use, and {one.region} would no longer trust them."


@dataclass(frozen=True, slots=True)
class Party:
    """One region with real certificates: what it trusts, and a leaf that it presents."""

    region: str
    host: str
    leaf: x509.Certificate
    intermediates: tuple[x509.Certificate, ...]
    bundle: tuple[x509.Certificate, ...]


def refusals(parties: Sequence[Party], now: datetime, *, customers_ca: bool = False) -> list[Hindrance]:
    """Let every region judge every other's leaf as its client and as its server: what is refused, and why."""
    found = []
    for judge, other in permutations(parties, 2):
        for usage in chain.Usage:
            try:
                chain.verify(
                    other.leaf,
                    other.intermediates,
                    judge.bundle,
                    now=now,
                    host=other.host,
                    usage=usage,
                    customers_ca=customers_ca,
                )
            except ChainRefused as refused:
                sentence = f"{judge.region} refuses {other.region} as {usage}: {refused.message}"
                found.append(Hindrance(judge.region, sentence))
    return found
