"""Layered layout of a graph without cycles: columns by longest path, rows near what comes before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Needs = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    column: Mapping[str, int]
    row: Mapping[str, int]
    edges: tuple[tuple[str, str], ...]
    """(from, to), without those that a longer way implies."""

    @property
    def columns(self) -> int:
        return max(self.column.values(), default=-1) + 1

    @property
    def rows(self) -> int:
        return max(self.row.values(), default=-1) + 1

    def cells(self) -> set[tuple[int, int]]:
        return {(self.column[key], self.row[key]) for key in self.column}


def lay_out(needs: Needs) -> Layout:
    """Place every node; `needs` maps each to what it waits for. Needs outside of the graph are left out.

    A page that is watched asks for the same places again and again; they are kept.
    """
    return _laid_out(
        tuple((key, tuple(need for need in wanted if need in needs)) for key, wanted in needs.items())
    )


@lru_cache(maxsize=64)
def _laid_out(pairs: tuple[tuple[str, tuple[str, ...]], ...]) -> Layout:
    known = dict(pairs)
    column = ranks(known)
    edges = reduced(known)
    before: dict[str, list[str]] = {key: [] for key in known}
    for source, target in edges:
        before[target].append(source)
    return Layout(column, rows_of(column, before), tuple(edges))


def ranks(needs: Needs) -> dict[str, int]:
    """The longest path to each node. Raises ValueError if the graph has a cycle."""
    column: dict[str, int] = {}
    open_keys = list(needs)
    while open_keys:
        ready = [key for key in open_keys if all(need in column for need in needs[key])]
        if not ready:
            raise ValueError(f"The graph has a cycle among {', '.join(sorted(open_keys))}.")
        for key in ready:
            column[key] = max((column[need] + 1 for need in needs[key]), default=0)
        open_keys = [key for key in open_keys if key not in column]
    return column


def reduced(needs: Needs) -> list[tuple[str, str]]:
    """Edges that no longer way implies."""
    above = ancestors(needs)
    return [
        (need, key)
        for key, wanted in needs.items()
        for need in dict.fromkeys(wanted)
        if not any(need in above[other] for other in wanted if other != need)
    ]


def ancestors(needs: Needs) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key in sorted(needs, key=ranks(needs).__getitem__):
        found[key] = frozenset(needs[key]).union(*(found[need] for need in needs[key]))
    return found


def rows_of(column: Mapping[str, int], before: Needs) -> dict[str, int]:
    """Rows, column by column: each node beside the middle of what comes before it, none on another."""
    members: dict[int, list[str]] = {}
    for key, rank in column.items():
        members.setdefault(rank, []).append(key)
    limit = max((len(keys) for keys in members.values()), default=0)
    row: dict[str, int] = {}
    for rank in sorted(members):
        row.update(_placed(members[rank], before, row, limit))
    return row


def _placed(keys: Sequence[str], before: Needs, row: Mapping[str, int], limit: int) -> dict[str, int]:
    wished = {key: _wish(before[key], row, position) for position, key in enumerate(keys)}
    ordered = sorted(keys, key=wished.__getitem__)
    placed: list[int] = []
    for key in ordered:
        placed.append(max(round(wished[key]), placed[-1] + 1 if placed else 0))
    ceiling = limit
    for position in range(len(placed) - 1, -1, -1):
        ceiling = placed[position] = min(placed[position], ceiling - 1)
    return dict(zip(ordered, placed, strict=True))


def _wish(needs: Sequence[str], row: Mapping[str, int], otherwise: int) -> float:
    return sum(row[need] for need in needs) / len(needs) if needs else otherwise
