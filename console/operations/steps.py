"""What an operation is planned from and what a step's handler is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID

from console.kernel.permissions import Permission
from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Approval:
    """A person approves before the step runs; the engine asks when its needs are met."""

    question: str
    """What is approved, in a sentence: "Replace the database; what it holds is lost"."""
    expires_after: timedelta = timedelta(days=7)
    permission: Permission = Permission.OPERATION_APPROVE
    """Asked of whoever decides, besides `operation:approve`."""

    def as_document(self) -> dict[str, Any]:
        seconds = self.expires_after.total_seconds()
        return {"question": self.question, "expires_after": seconds, "permission": self.permission.value}


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step to be; `needs` are names of steps of the same operation."""

    name: str
    title: str
    handler: str
    needs: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    skippable: bool = False
    """A person may skip it, saying why; what needs it then goes on as if it had succeeded."""
    approval: Approval | None = None
    lane: str = ""
    """Steps of one lane and organization run a limited number at once: `connection:<id>` for calls to one cloud
    account. Empty: the lane of the operation."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """Everything a handler may use: it reads the world, never its own row."""

    scope: Scope
    """Of the organization, acting as the console on behalf of who requested the operation."""
    operation_id: UUID
    operation_context: Mapping[str, Any]
    target_id: str
    requested_by_id: str
    step_id: UUID
    name: str
    params: Mapping[str, Any]
    attempt: int
    """1 at first; counts tries in a row that went wrong."""
    started_at: datetime
    """Of the step's first attempt."""
    now: datetime
    request_id: str


def checked(steps: Sequence[StepSpec]) -> tuple[StepSpec, ...]:
    """Return the steps with each need once; raise ValueError unless they are a graph without circles."""
    if not steps:
        raise ValueError("an operation has at least one step")
    names = {step.name for step in steps}
    if len(names) != len(steps):
        raise ValueError("two steps share a name")
    graph = {step.name: set(step.needs) for step in steps}
    if unknown := set().union(*graph.values()) - names:
        raise ValueError(f"steps need what is not there: {', '.join(sorted(unknown))}")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise ValueError(f"steps need each other in a circle: {error.args[1]}") from error
    return tuple(replace(step, needs=tuple(dict.fromkeys(step.needs))) for step in steps)
