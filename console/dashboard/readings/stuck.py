"""Steps that wait for a person: why, who acts next, and what they hold up."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.operations.graph import with_behind
from console.operations.models import Step
from console.operations.outcomes import Who
from console.operations.states import StepState

STUCK = frozenset({StepState.BLOCKED, StepState.FAILED})
NAMED = 4
WHO_ACTS = {
    Who.YOU: ("you", "Look at the message, mend what it names, then check again."),
    Who.CUSTOMER: ("your cloud team", "When it is done in the cloud account, check again here."),
    Who.VENDOR: ("the vendor's support", "Nothing for you to do; support has been told."),
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """Steps that wait for a person for one and the same reason; the first speaks for all."""

    steps: Sequence[Step]
    button: str = "primary"
    """Kind of its button: a page has one primary, that of its first block."""

    @property
    def step(self) -> Step:
        return self.steps[0]

    @property
    def many(self) -> bool:
        return len(self.steps) > 1

    @property
    def headline(self) -> str:
        verb = "Failed at" if self.step.state == StepState.FAILED else "Blocked by"
        more = f" and {len(self.steps) - 1} more" if self.many else ""
        return f"{verb} {self.step.title}{more}{f': {self.step.reason}' if self.step.reason else ''}"

    @property
    def names(self) -> str:
        """The steps by title, the first of many."""
        shown = ", ".join(step.title for step in self.steps[:NAMED])
        return f"{shown} and {len(self.steps) - NAMED} more" if len(self.steps) > NAMED else shown

    @property
    def who(self) -> str:
        return who_acts(self.step)

    @property
    def then(self) -> str:
        return WHO_ACTS[Who(self.step.who or Who.YOU)][1]


def who_acts(step: Step) -> str:
    return WHO_ACTS[Who(step.who or Who.YOU)][0]


def alike(steps: Sequence[Step]) -> list[Stuck]:
    """Join blocked or failed steps that have reason and call in common."""
    found: dict[tuple[str, str, str], list[Step]] = {}
    for step in steps:
        if step.state in STUCK:
            call = str((step.provider or {}).get("call", ""))
            found.setdefault((step.state, step.reason, call), []).append(step)
    return [Stuck(members, button="" if number else "primary") for number, members in enumerate(found.values())]


def held_up(steps: Sequence[Step]) -> frozenset[str]:
    """Follow `needs` from every blocked or failed step to all that cannot start because of it."""
    stuck = [step.name for step in steps if step.state in STUCK]
    return with_behind(stuck, {step.name: step.needs for step in steps}) - frozenset(stuck)
