"""The engine as a machine driven at random: any graph, any answers, workers that end, people who interfere.

The clock is the test's own. Whatever happens: no two workers hold one step at once, no step is lost, and when
people stop interfering and the cloud stops failing, every operation ends.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Organization
from console.kernel.errors import Conflict
from console.operations import lifecycle
from console.operations.actions import decisions, operations, retries
from console.operations.decide import operation_state, written
from console.operations.engine.claim import Claimed, claim
from console.operations.engine.finish import Result, finish
from console.operations.engine.lanes import Limits
from console.operations.engine.rollup import EXPIRED
from console.operations.models import Operation, Step
from console.operations.outcomes import Ask, Done, Failed, Halt, Retry, Verdict, Wait
from console.operations.states import STEP_SATISFIED, Cancelling, OperationState, StepState
from console.operations.steps import Approval, StepSpec
from tests.conftest import make_organization
from tests.unit.operations import graphs

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
LIMITS = Limits(per_organization=6, per_lane=3)
ASKED = Approval("May it?", expires_after=timedelta(minutes=10))
KINDS = {"stopping": Cancelling.STOPPING, "finishing": Cancelling.FINISHING}
ANSWERS: tuple[Verdict, ...] = (
    Done(),
    Wait(5 * SECOND, "CREATING"),
    Retry("Throttled", 2 * SECOND, limit=3),
    Halt("QuotaExceeded", "None left."),
    Failed("UnexpectedError", "A bug."),
)


@some.composite
def graph(draw: some.DrawFn) -> tuple[StepSpec, ...]:
    """Up to seven steps, each after some of those before it."""
    names = [f"s{number}" for number in range(draw(some.integers(1, 7)))]
    return tuple(
        graphs.step(
            name,
            *draw(
                some.lists(some.sampled_from(names[:place]), unique=True, max_size=3) if place else some.just([])
            ),
            skippable=draw(some.booleans()),
            approval=ASKED if draw(some.integers(0, 3)) == 0 else None,
            lane=draw(some.sampled_from(["", "a", "b"])),
        )
        for place, name in enumerate(names)
    )


class Engine(RuleBasedStateMachine):
    organization: Organization
    patch_now: Callable[[Callable[[], datetime]], None]

    @initialize(steps=graph(), kind=some.sampled_from(sorted(KINDS)))
    def begin(self, steps: tuple[StepSpec, ...], kind: str) -> None:
        self.now = datetime(2027, 1, 1, tzinfo=UTC)
        self.patch_now(lambda: self.now)
        self.held: dict[UUID, Claimed] = {}
        """What each living worker believes to hold, by step."""
        self.ghosts: list[Claimed] = []
        """What workers hold that are thought to be gone, and write all the same one day."""
        self.names = {step.name for step in steps}
        self.operation = graphs.begin(self.organization, *steps, kind=kind)

    # --- workers ---

    @rule(most=some.integers(1, 4))
    def take(self, most: int) -> None:
        for each in claim(most=most, now=self.now, lease=LEASE, limits=LIMITS):
            self._hold(each)
        for each in claim(most=1, now=self.now, lease=LEASE, suspects=True):
            self._hold(each)

    @precondition(lambda self: self.held)
    @rule(data=some.data(), answer=some.sampled_from(ANSWERS))
    def answer(self, data: some.DataObject, answer: Verdict) -> None:
        key = data.draw(some.sampled_from(sorted(self.held)))
        self._answer(self.held.pop(key), answer)

    @precondition(lambda self: self.held)
    @rule(data=some.data())
    def lose_a_worker(self, data: some.DataObject) -> None:
        key = data.draw(some.sampled_from(sorted(self.held)))
        self.ghosts.append(self.held.pop(key))

    @precondition(lambda self: self.ghosts)
    @rule()
    def hear_from_a_lost_worker(self) -> None:
        """Its lease is over: what it writes late counts only if nobody has taken the step since."""
        ghost = self.ghosts.pop()
        before = self._steps()[ghost.name]
        counted = self._answer(ghost, Done()).written
        assert counted == (before.fence == ghost.fence and before.state == StepState.RUNNING)

    @rule(seconds=some.sampled_from([1, 5, 40, 700]))
    def let_time_pass(self, seconds: int) -> None:
        """Living workers renew their leases in time."""
        for _ in range(max(1, seconds // 20)):
            self.now += timedelta(seconds=min(seconds, 20))
            self._renew()

    # --- people ---

    @rule(act=some.sampled_from([operations.pause, operations.resume, retries.retry_all]))
    def control(self, act: Callable[..., Operation]) -> None:
        self._try(act)

    @precondition(lambda self: len(self.names) > 1)
    @rule()
    def cancel(self) -> None:
        self._try(operations.cancel)

    @rule(data=some.data(), act=some.sampled_from([retries.retry, retries.retry_from]))
    def try_again(self, data: some.DataObject, act: Callable[..., Operation]) -> None:
        self._try(act, data.draw(some.sampled_from(sorted(self.names))))

    @rule(data=some.data())
    def skip(self, data: some.DataObject) -> None:
        self._try(decisions.skip, data.draw(some.sampled_from(sorted(self.names))), reason="Not needed.")

    @rule(data=some.data(), act=some.sampled_from([decisions.approve, decisions.approve, decisions.deny]))
    def decide(self, data: some.DataObject, act: Callable[..., Operation]) -> None:
        self._try(act, data.draw(some.sampled_from(sorted(self.names))))

    # --- what always holds ---

    @invariant()
    def no_step_is_lost(self) -> None:
        assert set(self._steps()) == self.names

    @invariant()
    def needs_are_counted(self) -> None:
        """A step that has not begun waits for exactly those of its needs that are not satisfied."""
        steps = self._steps()
        satisfied = {name for name, step in steps.items() if step.state in STEP_SATISFIED}
        for step in steps.values():
            if step.state == StepState.PENDING:
                assert step.open_needs == len(set(step.needs) - satisfied), step.name

    @invariant()
    def nothing_runs_before_what_it_needs(self) -> None:
        steps = self._steps()
        for step in steps.values():
            if step.state in {StepState.RUNNING, StepState.WAITING, StepState.SUCCEEDED}:
                assert all(steps[need].state in STEP_SATISFIED for need in step.needs), step.name

    @invariant()
    def places_are_kept(self) -> None:
        living = list(self.held.values())
        assert len(living) <= LIMITS.per_organization + 1, "a suspect is taken beside"
        for lane in ("a", "b"):
            there = [each for each in living if self._steps()[each.name].lane == lane]
            assert len(there) <= LIMITS.per_lane + 1

    @invariant()
    def the_operation_is_what_its_steps_make_it(self) -> None:
        operation, steps = graphs.seen(self.operation), self._steps().values()
        counts: dict[str, int] = {}
        for step in steps:
            counts[step.state] = counts.get(step.state, 0) + 1
        startable = sum(step.state == StepState.PENDING and step.open_needs == 0 for step in steps)
        expected = operation_state(
            counts, startable=startable, cancelling=bool(operation.cancelling), paused=bool(operation.paused_at)
        )
        if operation.state != OperationState.PENDING:
            assert operation.state == expected, counts
        assert operation.ended == (operation.finished_at is not None)

    def teardown(self) -> None:
        """People stop interfering, lost workers are gone, the cloud does what it is asked: it ends."""
        if not hasattr(self, "operation"):
            return
        self.held.clear()
        for _ in range(12 * len(self.names) + 12):
            if graphs.seen(self.operation).state in {OperationState.SUCCEEDED, OperationState.CANCELLED}:
                break
            self._help()
        ended = graphs.seen(self.operation)
        assert ended.state in {OperationState.SUCCEEDED, OperationState.CANCELLED}, graphs.states(self.operation)
        assert not any(step.state in {"running", "waiting"} for step in self._steps().values())

    # --- how it is done ---

    def _help(self) -> None:
        self._try(operations.resume)
        self._try(retries.retry_all)
        for name, step in self._steps().items():
            if step.state == StepState.AWAITING_APPROVAL:
                self._try(decisions.approve, name)
        self.now += LEASE + SECOND
        self.take(4)
        for key in list(self.held):
            self._answer(self.held.pop(key), Done())

    def _hold(self, claimed: Claimed) -> None:
        assert claimed.id not in self.held, "two workers hold one step"
        self.held[claimed.id] = claimed

    def _answer(self, claimed: Claimed, verdict: Verdict) -> Any:
        """As a worker does: what is not approved is asked for, what is being stopped ends, whatever it wanted."""
        if claimed.stopping:
            verdict = Halt("Cancelled", "Cancelled by a person.")
        elif claimed.approval is not None:
            asked = claimed.earlier_state == StepState.AWAITING_APPROVAL
            verdict = Halt(EXPIRED, "Nobody approved it.") if asked else Ask(ASKED.expires_after, ASKED.question)
        result = written(verdict, attempt=claimed.attempt, now=self.now, random=0.5)
        return finish([Result(claimed, result)], now=self.now)

    def _renew(self) -> None:
        from console.operations.engine.claim import renew

        if self.held:
            renew(list(self.held.values()), now=self.now, lease=LEASE)

    def _try(self, act: Callable[..., Operation], step: str = "", **rest: Any) -> None:
        """People click on what they see, which may have changed; then they are told so."""
        try:
            graphs.act(act, self.operation, step, **rest)
        except Conflict:
            return

    def _steps(self) -> dict[str, Step]:
        rows = Step.objects.using("owner").filter(operation_id=self.operation.pk)
        return {row.name: row for row in rows}


@pytest.fixture
def machine(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Engine]]:
    def patch_now(clock: Callable[[], datetime]) -> None:
        for module in (operations, retries, decisions):
            monkeypatch.setattr(module, "now", clock)
        monkeypatch.setattr("console.operations.transitions.now", clock)
        Operation._meta.get_field("created_at").default = clock

    default = Operation._meta.get_field("created_at").default
    for kind, manner in KINDS.items():
        lifecycle.when_cancelled(kind, manner, "As the test says.")

    class Fresh(Engine):
        """An organization of its own for each example, since an operation that ended keeps its target."""

        def __init__(self) -> None:
            super().__init__()
            self.organization = make_organization(f"org-{id(self)}", "Random")

    Fresh.patch_now = staticmethod(patch_now)
    yield Fresh
    Operation._meta.get_field("created_at").default = default


def test_whatever_happens_no_step_runs_twice_at_once_none_is_lost_and_it_ends(machine: type[Engine]) -> None:
    examples = settings(
        max_examples=int(os.environ.get("ENGINE_EXAMPLES", "12")),
        stateful_step_count=20,
        phases=[Phase.generate],  # a database is slow to shrink on; the steps that led there are printed
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=examples)
