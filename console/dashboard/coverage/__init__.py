"""What the technical overview "Bring Your Own Cloud" promises, sentence by sentence, and what keeps each promise.

The files beside this one hold the data; the page, and docs/coverage.md, are drawn from it. A guard test holds
every quotation against the overview, and every page, endpoint and test that is named against the product.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
OPTIONAL = {"of", "pages", "api", "tests", "note"}


class State(StrEnum):
    KEPT = "kept"
    PARTLY = "partly"
    NOT_YET = "not-yet"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        return {State.ELSEWHERE: "Not the console's"}.get(self, self.value.replace("-", " ").capitalize())

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    State.KEPT: "The console does this, and tests hold it to it.",
    State.PARTLY: "Some of it is there and tested; what is missing is said.",
    State.NOT_YET: "The console does not do this; what is there already is said.",
    State.ELSEWHERE: "The runtime in the region, the vendor's people or you keep it; the console can only help.",
}


@dataclass(frozen=True, slots=True)
class Promise:
    says: str
    """The overview's own words."""
    state: State
    of: str = ""
    """In a table of the overview: the row, and its column."""
    pages: tuple[str, ...] = ()
    """Names of routes."""
    api: tuple[str, ...] = ()
    """As "GET /api/v1/regions"."""
    tests: tuple[str, ...] = ()
    """Node ids of pytest."""
    note: str = ""
    """What is missing, or who keeps it; said of everything that is not kept."""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    promises: tuple[Promise, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Every section in the overview's own order, which is that of the files' names."""
    return tuple(_section(each) for path in sorted(FOLDER.glob("*.toml")) for each in _read(path)["section"])


def promises() -> list[Promise]:
    return [promise for section in sections() for promise in section.promises]


def counted() -> dict[State, int]:
    found = Counter(promise.state for promise in promises())
    return {state: found[state] for state in State}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _section(written: Mapping[str, Any]) -> Section:
    return Section(written["title"], tuple(_promise(each) for each in written["promise"]))


def _promise(written: Mapping[str, Any]) -> Promise:
    unknown = set(written) - OPTIONAL - {"says", "state"}
    if unknown:
        raise ValueError(f"{written['says']}: {', '.join(sorted(unknown))} is not known here.")
    return Promise(
        says=written["says"],
        state=State(written["state"]),
        of=written.get("of", ""),
        note=written.get("note", ""),
        **{name: _lines(written.get(name, ())) for name in ("pages", "api", "tests")},
    )


def _lines(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(written)
