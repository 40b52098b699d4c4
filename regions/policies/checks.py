"""Rules held against a change; every rule answers, also when it passes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from regions.blueprints.manifests import Manifest
from regions.changes.differing import Change
from regions.spec import Environment


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105  an outcome
    WARNING = "warning"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a rule may look at."""

    before: Mapping[str, Manifest]
    after: Mapping[str, Manifest]
    changes: Sequence[Change]
    environment: Environment
    at_most: Decimal = Decimal(0)
    """USD a month with every node that the autoscaler may start."""
    budget_usd: int = 0
    """A month; 0 where nobody set one."""
    lacking: Sequence[str] = ()
    """Actions that the change needs and the last verification did not find."""
    held_until: str = ""
    """The day through which a retention hold keeps the region; empty where none is in force."""

    def of_kind(self, *kinds: str) -> Iterator[Manifest]:
        return (manifest for manifest in self.after.values() if manifest.kind in kinds)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule is broken."""

    name: str
    """Of the manifest; empty where the rule is about the whole."""
    sentence: str


Look = Callable[[Case], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    promise: str
    """What holds when it passes: "No endpoint is open to the world"."""
    breach: str
    """What is wrong when it does not: "an endpoint would be open to the world"."""
    look: Look
    todo: str
    outcome: Outcome = Outcome.DENIED
    relaxed: Mapping[Environment, Outcome] = field(default_factory=dict)
    """Environments in which a breach is judged otherwise."""
    only: frozenset[Environment] = frozenset(Environment)
    """Environments in which it is asked at all."""

    def judged_in(self, environment: Environment) -> Outcome:
        return self.relaxed.get(environment, self.outcome)


@dataclass(frozen=True, slots=True)
class Check:
    rule: Rule
    outcome: Outcome
    hits: tuple[Hit, ...] = ()

    @property
    def title(self) -> str:
        match self.outcome:
            case Outcome.PASS:
                return self.rule.promise
            case Outcome.WARNING:
                return f"Warning: {self.rule.breach}"
            case Outcome.DENIED:
                return f"Denied: {self.rule.breach}"

    @property
    def detail(self) -> str:
        if self.outcome is Outcome.PASS:
            return ""
        return " ".join([*(hit.sentence for hit in self.hits), self.rule.todo])


def check(rules: Sequence[Rule], case: Case) -> tuple[Check, ...]:
    """Every rule's answer: what is denied first, then what is warned of, then what passes."""
    order = [Outcome.DENIED, Outcome.WARNING, Outcome.PASS]
    judged = (_judged(rule, case) for rule in rules if case.environment in rule.only)
    return tuple(sorted(judged, key=lambda one: order.index(one.outcome)))


def _judged(rule: Rule, case: Case) -> Check:
    hits = tuple(rule.look(case))
    if not hits:
        return Check(rule, Outcome.PASS)
    outcome = rule.judged_in(case.environment)
    if all(_stood_already(rule, case, hit) for hit in hits):
        outcome = Outcome.WARNING
    return Check(rule, outcome, hits)


def _stood_already(rule: Rule, case: Case, hit: Hit) -> bool:
    """What a change leaves as it is does not keep other changes from being made."""
    if not hit.name or hit.name not in case.before or any(each.name == hit.name for each in case.changes):
        return False
    earlier = Case({}, case.before, (), case.environment)
    return any(old.name == hit.name for old in rule.look(earlier))


def value_of(manifest: Manifest, path: str) -> Any:
    """A field by its dotted path; nothing where it is not there."""
    found: Any = manifest.for_provider
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
