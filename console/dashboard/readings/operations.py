"""What an operation's page shows, worked out from its steps in a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.safestring import SafeString

from console.kernel.scope import Scope
from console.operations.models import Operation, Step, StepEvent
from console.operations.outcomes import Who
from console.operations.states import STEP_SATISFIED, StepState
from console.web.charts.graph import Node, graph
from console.web.charts.timeline import Axis, Bar, axis_head, bar
from console.web.components.numbers import duration
from console.web.states import worst

LOG_LINES = 40
SHORTEST_AXIS = timedelta(seconds=30)

ON_THE_BAR = (
    StepState.SUCCEEDED,
    StepState.SKIPPED,
    StepState.WAITING,
    StepState.RUNNING,
    StepState.BLOCKED,
    StepState.AWAITING_APPROVAL,
    StepState.FAILED,
    StepState.CANCELLED,
    StepState.PENDING,
)
WHO_ACTS = {
    Who.YOU: ("you", "Look at the message, mend what it names, then check again."),
    Who.CUSTOMER: ("your cloud team", "When it is done in the cloud account, check again here."),
    Who.VENDOR: ("the vendor's support", "Nothing for you to do; support has been told."),
}
STUCK = frozenset({StepState.BLOCKED, StepState.FAILED})


@dataclass(frozen=True, slots=True)
class Stuck:
    """Steps that wait for a person for one and the same reason; the first speaks for all."""

    steps: Sequence[Step]

    @property
    def step(self) -> Step:
        return self.steps[0]

    @property
    def headline(self) -> str:
        verb = "Failed at" if self.step.state == StepState.FAILED else "Blocked by"
        more = f" and {len(self.steps) - 1} more" if len(self.steps) > 1 else ""
        return f"{verb} {self.step.title}{more}{f': {self.step.reason}' if self.step.reason else ''}"

    @property
    def who(self) -> str:
        return WHO_ACTS[Who(self.step.who or Who.YOU)][0]

    @property
    def then(self) -> str:
        return WHO_ACTS[Who(self.step.who or Who.YOU)][1]


@dataclass(frozen=True, slots=True)
class Row:
    """One step, or one group of steps, in the table: its words, its drawing, its time against the usual."""

    key: str
    title: str
    state: StepState
    line: str
    drawing: SafeString
    took: float | None
    usual: float | None
    slow: bool


@dataclass(frozen=True, slots=True)
class Reading:
    operation: Operation
    steps: Sequence[Step]
    log: Sequence[StepEvent]
    usual: Mapping[str, float]
    """Seconds that a step of this name usually takes: the median of past successes."""
    at: datetime

    @property
    def counts(self) -> list[tuple[StepState, int]]:
        counted = Counter(StepState(step.state) for step in self.steps)
        return [(state, counted[state]) for state in ON_THE_BAR if counted[state]]

    @property
    def unfinished(self) -> list[tuple[StepState, int]]:
        return [(state, many) for state, many in self.counts if state not in STEP_SATISFIED]

    @property
    def succeeded(self) -> int:
        return sum(step.state in STEP_SATISFIED for step in self.steps)

    @property
    def stuck(self) -> list[Stuck]:
        alike: dict[tuple[str, str, str], list[Step]] = {}
        for step in self.steps:
            if step.state in STUCK:
                call = str((step.provider or {}).get("call", ""))
                alike.setdefault((step.state, step.reason, call), []).append(step)
        return [Stuck(steps) for steps in alike.values()]

    @property
    def still_running(self) -> int:
        return sum(step.state in {StepState.RUNNING, StepState.WAITING} for step in self.steps)

    @property
    def held_up(self) -> list[Step]:
        names = held_up(self.steps)
        return [step for step in self.steps if step.name in names]

    @property
    def elapsed_seconds(self) -> float:
        start = self.operation.started_at or self.operation.created_at
        return ((self.operation.finished_at or self.at) - start).total_seconds()

    @property
    def announcement(self) -> str:
        others = ", ".join(f"{many} {state.label.lower()}" for state, many in self.unfinished)
        return f"{self.succeeded} of {len(self.steps)} steps done{', ' if others else ''}{others}"

    @property
    def picture(self) -> SafeString:
        return graph(
            Node(
                key=step.name,
                label=step.title,
                state=step.state,
                needs=tuple(step.needs),
                note=self._note(step),
                href=f"#step-{step.position}",
                group=str(step.params.get("group", "")),
            )
            for step in self.steps
        )

    @property
    def axis(self) -> Axis:
        start = self.operation.started_at or self.operation.created_at
        end = max(self.operation.finished_at or self.at, start + SHORTEST_AXIS)
        return Axis(start=start, end=end, now=None if self.operation.ended else self.at)

    @property
    def axis_head(self) -> SafeString:
        return axis_head(self.axis)

    def rows(self, *, every_step: bool) -> list[Row]:
        """By time of start; steps of one group share a row unless `every_step` is asked for."""
        axis = self.axis
        together: dict[str, list[Step]] = {}
        for step in self.steps:
            group = "" if every_step else str(step.params.get("group", ""))
            together.setdefault(group or step.title, []).append(step)
        rows = [(self._row(title, steps, axis), _start(steps)) for title, steps in together.items()]
        return [row for row, _ in sorted(rows, key=lambda each: each[1])]

    def _row(self, title: str, steps: Sequence[Step], axis: Axis) -> Row:
        state = StepState(worst([step.state for step in steps]))
        started = min((step.started_at for step in steps if step.started_at), default=None)
        ended = max((step.finished_at for step in steps if step.finished_at), default=None)
        over = ended if all(step.ended for step in steps) else None
        took = ((over or self.at) - started).total_seconds() if started else None
        usual = self.usual.get(steps[0].name) if len(steps) == 1 else None
        drawn = Bar(
            state=state, started_at=started, ended_at=over, usual=timedelta(seconds=usual) if usual else None
        )
        slow = took is not None and usual is not None and took > 2 * usual + 5
        key = f"step-{steps[0].position}"
        return Row(key, title, state, self._group_line(steps), bar(axis, drawn), took, usual, slow)

    def _group_line(self, steps: Sequence[Step]) -> str:
        if len(steps) == 1:
            return self._line(steps[0])
        done = sum(step.state in STEP_SATISFIED for step in steps)
        named = next((step for step in steps if step.state in STUCK), None)
        return f"{done} of {len(steps)}{f' · {named.title}: {named.reason}' if named else ''}"

    def _note(self, step: Step) -> str:
        took = step.took_seconds(at=self.at)
        if took is not None:
            return duration(took)
        usual = self.usual.get(step.name)
        return f"usual {duration(usual)}" if usual else ""

    def _line(self, step: Step) -> str:
        if step.state == StepState.PENDING and step.open_needs:
            titles = {each.name: each.title for each in self.steps if each.state not in STEP_SATISFIED}
            needed = [titles[name] for name in step.needs if name in titles]
            return f"needs {', '.join(needed[:2])}{' and more' if len(needed) > 2 else ''}"
        attempts = f" · attempt {step.attempt}" if step.attempt > 1 and not step.ended else ""
        return f"{step.reason or step.message}{attempts}"


def _start(steps: Sequence[Step]) -> datetime:
    return min((step.started_at for step in steps if step.started_at), default=datetime.max.replace(tzinfo=UTC))


def read(*, scope: Scope, operation: Operation, at: datetime) -> Reading:
    steps = list(Step.objects.visible_to(scope).of_operation(operation).in_order())
    return Reading(
        operation=operation,
        steps=steps,
        log=list(StepEvent.objects.visible_to(scope).of_operation(operation).newest_first()[:LOG_LINES]),
        usual=Step.objects.visible_to(scope).usual_seconds([step.name for step in steps]),
        at=at,
    )


def held_up(steps: Sequence[Step]) -> frozenset[str]:
    """Follow `needs` from every blocked or failed step to all that cannot start because of it."""
    stuck = {step.name for step in steps if step.state in STUCK}
    held = set(stuck)
    grew = True
    while grew:
        more = {step.name for step in steps if step.name not in held and held & set(step.needs)}
        grew = bool(more)
        held |= more
    return frozenset(held - stuck)


def api_call(operation: Operation) -> str:
    """The call that answers what the page shows."""
    return (
        f'curl "$CONSOLE/api/v1/operations/{operation.id}/steps" \\\n'
        '  -H "Authorization: Bearer $TOKEN"\n\n'
        f'curl -X POST "$CONSOLE/api/v1/operations/{operation.id}/cancel" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Idempotency-Key: $(uuidgen)"'
    )
