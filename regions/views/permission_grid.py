"""The grid role x service x verb, counted by the database, and one cell of it in detail."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regions.clouds.aws.verbs import Verb
from regions.models import ConnectionCheck
from regions.permissions.document import BEYOND, ROLES, SERVICES, beyond_reason, service_title
from regions.spec import RoleName
from regions.states import Verdict

FIRST = (RoleName.DEPLOYMENT.value, "ec2", Verb.CREATE.value)
Key = tuple[str, str, str]
"""Role, service, verb."""


@dataclass(slots=True)
class Cell:
    key: Key
    passed: int = 0
    refused: int = 0
    unknown: int = 0
    withheld: int = 0
    """Not granted, and meant so."""
    pressed: bool = False

    @property
    def value(self) -> str:
        return ".".join(self.key)

    @property
    def total(self) -> int:
        return self.passed + self.refused + self.unknown + self.withheld

    @property
    def asked(self) -> int:
        return self.total - self.withheld

    @property
    def state(self) -> str:
        if self.refused:
            return "refused"
        if self.unknown:
            return "cannot_tell"
        return "pass" if self.passed else "none"

    def add(self, verdict: str, granted: bool | None, many: int) -> None:
        if verdict == Verdict.REFUSED:
            self.refused += many
        elif verdict == Verdict.CANNOT_TELL:
            self.unknown += many
        elif granted is False:
            self.withheld += many
        else:
            self.passed += many


@dataclass(frozen=True, slots=True)
class Column:
    role: str
    title: str
    short: str
    line: str
    """How the whole role fares, for the narrow screen."""


@dataclass(frozen=True, slots=True)
class Row:
    service: str
    title: str
    beyond: str
    groups: tuple[tuple[Cell, ...], ...]
    """Four cells a role."""


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chosen: Key
    counted: Mapping[str, int] = field(default_factory=dict)
    """Actions of the deployment role by verdict."""

    @property
    def beyond(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.beyond)

    @property
    def asked(self) -> int:
        return sum(self.counted.values())


def grid(counts: Iterable[Mapping[str, Any]], wanted: str) -> Grid:
    """`counts` are rows of `ConnectionCheck.objects.cell_counts()`; `wanted` is "role.service.verb" or empty."""
    cells = _cells(counts)
    chosen = _chosen(cells, wanted)
    if chosen in cells:
        cells[chosen].pressed = True
    rows = tuple(_row(service, cells) for service in _services(cells))
    columns = tuple(
        Column(role.value, scope.title, scope.short, _line(role.value, cells)) for role, scope in ROLES.items()
    )
    deployment = [cell for key, cell in cells.items() if key[0] == RoleName.DEPLOYMENT]
    counted = {
        "pass": sum(cell.passed for cell in deployment),
        "refused": sum(cell.refused for cell in deployment),
        "cannot_tell": sum(cell.unknown for cell in deployment),
    }
    return Grid(columns, rows, chosen, counted)


def _cells(counts: Iterable[Mapping[str, Any]]) -> dict[Key, Cell]:
    cells: dict[Key, Cell] = {}
    for row in counts:
        key = (row["role"], row["service"], row["verb"])
        cells.setdefault(key, Cell(key)).add(row["verdict"], row["granted"], row["many"])
    return cells


def _chosen(cells: Mapping[Key, Cell], wanted: str) -> Key:
    """What was asked for, else the first cell that is not well."""
    parts = tuple(wanted.split("."))
    if len(parts) == 3 and parts in cells:
        return (parts[0], parts[1], parts[2])
    ill = (key for key, cell in _in_order(cells) if cell.state in ("refused", "cannot_tell"))
    return next(ill, FIRST)


def _in_order(cells: Mapping[Key, Cell]) -> Iterator[tuple[Key, Cell]]:
    for role in ROLES:
        for service in _services(cells):
            for verb in Verb:
                key = (role.value, service, verb.value)
                if key in cells:
                    yield key, cells[key]


def _services(cells: Mapping[Key, Cell]) -> Sequence[str]:
    """Those of the document, then what we ask for beyond it."""
    present = {service for _, service, _ in cells}
    known = [*SERVICES, *(name for name in BEYOND if name in present)]
    return [*known, *sorted(present - set(known))]


def _row(service: str, cells: Mapping[Key, Cell]) -> Row:
    groups = tuple(
        tuple(cells.get(key) or Cell(key) for key in ((role.value, service, verb.value) for verb in Verb))
        for role in ROLES
    )
    return Row(service, service_title(service), beyond_reason(service), groups)


def _line(role: str, cells: Mapping[Key, Cell]) -> str:
    mine: dict[str, int] = defaultdict(int)
    for key, cell in cells.items():
        if key[0] == role:
            mine["refused"] += cell.refused
            mine["cannot tell"] += cell.unknown
    found = [f"{many} {word}" for word, many in mine.items() if many]
    return ", ".join(found) or ("all pass" if mine else "not asked yet")


@dataclass(frozen=True, slots=True)
class CellDetail:
    """One cell opened: its actions, the worst of them first."""

    key: Key
    checks: tuple[ConnectionCheck, ...]

    @property
    def title(self) -> str:
        role, service, verb = self.key
        return f"{ROLES[RoleName(role)].title} · {service_title(service)} · {verb.capitalize()}"

    @property
    def ill(self) -> tuple[ConnectionCheck, ...]:
        return tuple(one for one in self.checks if one.verdict != Verdict.PASS)

    @property
    def worst(self) -> ConnectionCheck | None:
        return next((one for one in self.ill if one.verdict == Verdict.REFUSED), next(iter(self.ill), None))

    @property
    def granted(self) -> tuple[ConnectionCheck, ...]:
        passed = (one for one in self.checks if one.verdict == Verdict.PASS)
        return tuple(one for one in passed if one.facts.get("granted") is not False)

    @property
    def withheld(self) -> tuple[ConnectionCheck, ...]:
        return tuple(one for one in self.checks if one.facts.get("granted") is False)

    @property
    def line(self) -> str:
        asked = len(self.checks) - len(self.withheld)
        return f"{len(self.granted)} of {asked} pass" if asked else "not granted"

    @property
    def beyond(self) -> str:
        return beyond_reason(self.key[1])

    @property
    def documented(self) -> bool:
        role, service, verb = self.key
        return ROLES[RoleName(role)].grants(service, Verb(verb))
