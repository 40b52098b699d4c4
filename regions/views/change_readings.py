"""A preview as its page shows it, read from its document: fresh, or as it was kept with a request."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from regions.clouds.aws.verbs import service_of
from regions.permissions.document import service_title

LONGEST_VALUE = 90
FIELDS_SHOWN = 5
SINGLY = 12
"""More new resources than these are told by kind."""
MARKS = {"create": "+", "update": "~", "delete": "−", "replace": ""}
ORDER = ("replace", "delete", "update", "create")

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    verb: str
    title: str
    name: str
    fields: Sequence[FieldRow]
    more: int
    """Fields that are not shown."""
    effects: Sequence[str]
    monthly: Decimal | None
    loses_data: bool = False

    @property
    def mark(self) -> str:
        return MARKS[self.verb]

    @property
    def word(self) -> str:
        return self.verb.capitalize()

    @property
    def is_loud(self) -> bool:
        return self.verb == "replace" or self.loses_data


@dataclass(frozen=True, slots=True)
class PermissionRow:
    service: str
    actions: Sequence[str]
    lacking: int


@dataclass(frozen=True, slots=True)
class ChangeReading:
    document: Document

    @property
    def counts(self) -> Mapping[str, int]:
        counts: Mapping[str, int] = self.document["counts"]
        return counts

    @property
    def nothing(self) -> bool:
        return not self.document["changes"]

    @property
    def rows(self) -> list[ChangeRow]:
        """The gravest first; many new resources by kind."""
        found = sorted(self.document["changes"], key=lambda change: ORDER.index(change["verb"]))
        created = [change for change in found if change["verb"] == "create"]
        if len(created) <= SINGLY:
            return [_row(change) for change in found]
        return [*(_row(change) for change in found if change["verb"] != "create"), *_by_kind(created)]

    @property
    def difference(self) -> Decimal:
        return Decimal(self.document["cost"]["difference"])

    @property
    def before(self) -> Decimal:
        return Decimal(self.document["cost"]["before"])

    @property
    def after(self) -> Decimal:
        return Decimal(self.document["cost"]["after"])

    @property
    def unknown(self) -> Sequence[str]:
        unknown: Sequence[str] = self.document["cost"]["unknown"]
        return unknown

    @property
    def checks(self) -> Sequence[Mapping[str, str]]:
        checks: Sequence[Mapping[str, str]] = self.document["checks"]
        return checks

    @property
    def unhappy(self) -> Sequence[Mapping[str, str]]:
        return [check for check in self.checks if check["outcome"] != "pass"]

    @property
    def kept(self) -> Sequence[Mapping[str, str]]:
        return [check for check in self.checks if check["outcome"] == "pass"]

    @property
    def denied(self) -> int:
        return self._many("denied")

    @property
    def warned(self) -> int:
        return self._many("warning")

    @property
    def passed(self) -> int:
        return self._many("pass")

    def _many(self, outcome: str) -> int:
        return sum(check["outcome"] == outcome for check in self.checks)

    @property
    def permissions(self) -> list[PermissionRow]:
        lacking = set(self.document["permissions"]["lacking"])
        found = []
        for service, actions in groupby(self.document["permissions"]["needed"], key=service_of):
            named = list(actions)
            found.append(PermissionRow(service_title(service), named, len(lacking & set(named))))
        return found

    @property
    def lacking(self) -> Sequence[str]:
        lacking: Sequence[str] = self.document["permissions"]["lacking"]
        return lacking

    @property
    def summary(self) -> str:
        """ "1 replace, 2 update": what a list shows of it."""
        return ", ".join(f"{self.counts[verb]} {verb}" for verb in ORDER if self.counts[verb])


def _row(change: Document) -> ChangeRow:
    fields = [FieldRow(each["field"], _shown(each["before"]), _shown(each["after"])) for each in change["fields"]]
    monthly = change["monthly"]
    return ChangeRow(
        verb=change["verb"],
        title=change["title"],
        name=change["external_name"] or change["name"],
        fields=fields[:FIELDS_SHOWN],
        more=max(0, len(fields) - FIELDS_SHOWN),
        effects=change["effects"],
        monthly=None if monthly is None else Decimal(monthly),
        loses_data=change["verb"] == "delete" and change["holds_data"],
    )


def _by_kind(created: Sequence[Document]) -> Iterator[ChangeRow]:
    ordered = sorted(created, key=lambda change: change["kind"])
    for kind, several in groupby(ordered, key=lambda change: change["kind"]):
        members = list(several)
        if len(members) == 1:
            yield _row(members[0])
            continue
        known = [Decimal(each["monthly"]) for each in members if each["monthly"] is not None]
        yield ChangeRow(
            verb="create",
            title=f"{kind} × {len(members)}",
            name=", ".join(each["title"] for each in members[:2]) + (", …" if len(members) > 2 else ""),
            fields=(),
            more=0,
            effects=(),
            monthly=sum(known, Decimal(0)) if len(known) == len(members) else None,
        )


def _shown(value: Any) -> str:
    """Nothing as nothing; a reference by what it points to."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return _cut(", ".join(_shown(item) for item in value))
    if isinstance(value, Mapping):
        only = value.get("name") if len(value) == 1 else None
        return str(only) if only else _cut(json.dumps(value, sort_keys=True, separators=(",", ":")))
    return _cut(str(value).lower() if isinstance(value, bool) else str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
