"""What a verification finds, in words; framework-free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    CHANGED = "changed"
    """A link or the event under it is not what was linked."""
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    COLUMN = "column"
    """A readable column says something else than the text that the chain covers."""
    CUT = "cut"
    """Links at the end are gone that a signed checkpoint saw."""
    REWRITTEN = "rewritten"
    """The chain agrees with itself and not with a signed checkpoint."""
    SIGNATURE = "signature"
    """A checkpoint or a tombstone that no key of the console signed."""


@dataclass(frozen=True, slots=True)
class Finding:
    seq: int | None
    event_id: UUID | None
    kind: Kind
    sentence: str


MOST_FINDINGS = 100
"""Named one by one; the rest is counted."""


@dataclass(slots=True)
class Findings:
    named: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, seq: int | None, event_id: UUID | None, kind: Kind, sentence: str) -> None:
        if self.full:
            self.more += 1
        else:
            self.named.append(Finding(seq, event_id, kind, sentence))

    def extend(self, others: "Findings") -> None:
        for each in others.named:
            self.add(each.seq, each.event_id, each.kind, each.sentence)
        self.more += others.more

    @property
    def full(self) -> bool:
        return len(self.named) >= MOST_FINDINGS


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome for one chain. `checked` counts links; `purged` those whose events retention has removed."""

    checked: int
    first_seq: int
    last_seq: int
    purged: int
    checkpoints: int
    signed_through: int
    """The last link that a checkpoint of the console covers."""
    findings: Sequence[Finding]
    more: int = 0
    """Findings beyond those that are named."""

    @property
    def ok(self) -> bool:
        return not self.findings


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.seq is None, each.seq or 0))
