"""Operations to try the engine with: handlers that answer what a test tells them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organization
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Actor, ActorKind, Scope
from console.operations import handlers
from console.operations.actions import operations
from console.operations.engine.shift import EngineConfig, Shift
from console.operations.models import Operation, Step
from console.operations.outcomes import Done, Outcome
from console.operations.steps import StepContext, StepSpec

QUICK = EngineConfig(
    threads=4,
    batch=8,
    lease=timedelta(seconds=5),
    shift=timedelta(seconds=20),
    look=timedelta(milliseconds=20),
    horizon=timedelta(seconds=1),
)


class Script:
    """What each step answers, try by try; after the last answer it is done."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Outcome | Exception]] = defaultdict(list)
        self.calls: list[StepContext] = []

    def __call__(self, context: StepContext) -> Outcome:
        self.calls.append(context)
        waiting = self.answers[context.name]
        answer = waiting.pop(0) if waiting else Done(f"{context.name} is there")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def tried(self, name: str) -> int:
        return sum(call.name == name for call in self.calls)


@contextmanager
def handling(name: str, function: Callable[[StepContext], Outcome]) -> Iterator[None]:
    before = dict(handlers._handlers)
    handlers.handler(name)(function)
    try:
        yield
    finally:
        handlers._handlers.clear()
        handlers._handlers.update(before)


def step(name: str, *needs: str, handler: str = "scripted", **options: Any) -> StepSpec:
    return StepSpec(name=name, title=name.title(), handler=handler, needs=needs, **options)


THREE = (step("network"), step("cluster", "network"), step("attach", "cluster"))


def scope_in(organization: Organization) -> Scope:
    actor = Actor(ActorKind.USER, "alice", "Alice")
    permissions = frozenset({Permission.OPERATION_CONTROL, Permission.OPERATION_APPROVE})
    return Scope(organization.id, actor, permissions, request_id="req-graph-1")


def begin(organization: Organization, *steps: StepSpec, kind: str = "graph") -> Operation:
    scope = scope_in(organization)
    with scope.entered():
        return operations.start(
            scope=scope, kind=kind, title="Provision frankfurt", target=organization, steps=steps or THREE
        )


def act(action: Callable[..., Operation], operation: Operation, step_name: str = "", **rest: Any) -> Operation:
    """Let Alice do something to an operation, or to one of its steps."""
    scope = scope_in(Organization(id=operation.org_id))
    on: dict[str, Any] = {"step": row(operation, step_name)} if step_name else {"operation": operation}
    with scope.entered():
        return action(scope=scope, **on, **rest)


def work(clock: Callable[[], datetime] = now) -> bool:
    return Shift(QUICK, clock=clock, draw=lambda: 0.5).work()


def seen(operation: Operation) -> Operation:
    return Operation.objects.using("owner").get(pk=operation.pk)


def states(operation: Operation) -> dict[str, str]:
    rows = Step.objects.using("owner").filter(operation_id=operation.pk).order_by("position")
    return {row.name: str(row.state) for row in rows}


def row(operation: Operation, name: str) -> Step:
    return Step.objects.using("owner").get(operation_id=operation.pk, name=name)
