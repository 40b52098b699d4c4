"""What an operation's page shows, worked out from its steps in a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median, quantiles

from django.utils.safestring import SafeString

from console.dashboard.readings.spans import critical_path, spans_of
from console.dashboard.readings.step_log import LogLine, log_lines
from console.dashboard.readings.stuck import Stuck, alike, held_up
from console.kernel.scope import Scope
from console.operations.models import Operation, Step, StepEvent
from console.operations.models.operations import PAST_RUNS
from console.operations.models.steps import ENOUGH_RUNS
from console.operations.states import STEP_SATISFIED, OperationState, StepState
from console.web.charts.graph import Node, graph
from console.web.components.numbers import duration
from console.web.states import look_of

LOG_LINES, WHOLE_LOG = 40, 1_000
NAMED = 5
GRAPH_META = {True: "orange: what the block holds up", False: "a step starts when all on its left are done"}
RETRIABLE = frozenset(OperationState) - {
    OperationState.CANCELLING,
    OperationState.CANCELLED,
    OperationState.SUCCEEDED,
}
MOVING = frozenset({StepState.RUNNING, StepState.WAITING})
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


@dataclass(frozen=True)
class Reading:
    operation: Operation
    steps: Sequence[Step]
    events: Sequence[StepEvent]
    usual: Mapping[str, float]
    """Seconds that a step of this name usually takes: the median of earlier runs."""
    usual_seconds: float | None
    """The same of the whole operation."""
    most_seconds: float | None
    """What nine in ten earlier runs took at most."""
    at: datetime

    @cached_property
    def counts(self) -> list[tuple[StepState, int]]:
        counted = Counter(StepState(step.state) for step in self.steps)
        return [(state, counted[state]) for state in ON_THE_BAR if counted[state]]

    @cached_property
    def unfinished(self) -> list[tuple[StepState, int]]:
        return [(state, many) for state, many in self.counts if state not in STEP_SATISFIED]

    @cached_property
    def succeeded(self) -> int:
        return sum(step.state in STEP_SATISFIED for step in self.steps)

    @cached_property
    def stuck(self) -> list[Stuck]:
        return alike(self.steps)

    @cached_property
    def moving(self) -> int:
        return sum(step.state in MOVING for step in self.steps)

    @cached_property
    def held_up(self) -> list[Step]:
        names = held_up(self.steps)
        return [step for step in self.steps if step.name in names]

    @cached_property
    def approvals(self) -> list[Step]:
        return [step for step in self.steps if step.state == StepState.AWAITING_APPROVAL]

    @cached_property
    def critical(self) -> list[Step]:
        """The steps that decide when it ends, or decided it."""
        ended = self.operation.ended
        timed = [step for step in self.steps if step.started_at and step.finished_at] if ended else self.steps
        if not ended and not self.usual:
            return []
        return critical_path(timed, spans_of(timed, self.usual, self.at))

    @property
    def critical_names(self) -> str:
        """What is left of the critical path; of an ended operation, all of it."""
        left = [step.title for step in self.critical if self.operation.ended or not step.ended]
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        return f"{', then '.join(left[:NAMED])}{more}"

    @property
    def expected_end(self) -> datetime | None:
        """When it ends if all that is left goes as usual; None while a person must act, or nothing is known."""
        if self.operation.ended or not self.critical or self.stuck or self.approvals or self.operation.paused_at:
            return None
        return spans_of(self.steps, self.usual, self.at)[self.critical[-1].name][1]

    @property
    def usual_words(self) -> str:
        """From the median to what nine in ten took at most, as one if they are the same."""
        if self.usual_seconds is None:
            return ""
        middle, most = duration(self.usual_seconds), duration(self.most_seconds or self.usual_seconds)
        return middle if middle == most else f"{middle} to {most}"

    @property
    def pill(self) -> str:
        """The state in words, and what goes on in spite of a block."""
        word, paused = look_of(self.operation.state).word, self.operation.paused_at is not None
        many = sum(step.state == StepState.RUNNING for step in self.steps) if paused else self.moving
        if not many or not (paused or self.stuck):
            return word
        return f"{word}, {many} step{'' if many == 1 else 's'} still run{'s' * (many == 1)}"

    @property
    def elapsed_seconds(self) -> float:
        start = self.operation.started_at or self.operation.created_at
        return ((self.operation.finished_at or self.at) - start).total_seconds()

    @property
    def announcement(self) -> str:
        others = ", ".join(f"{many} {state.label.lower()}" for state, many in self.unfinished)
        return f"{self.succeeded} of {len(self.steps)} steps done{', ' if others else ''}{others}"

    @property
    def whole_log_url(self) -> str:
        """Where the rest of the log is; empty if all of it is here."""
        return "?log=all" if len(self.events) == LOG_LINES else ""

    @property
    def log(self) -> list[LogLine]:
        return log_lines(self.events, {step.name: step.title for step in self.steps})

    @property
    def retriable(self) -> bool:
        return self.operation.state in RETRIABLE

    @property
    def graph_meta(self) -> str:
        return GRAPH_META[bool(self.stuck)]

    @property
    def api_call(self) -> str:
        """The calls that read, and do, what the page shows and offers."""
        address = f"$CONSOLE/api/v1/operations/{self.operation.id}"
        bearer = '-H "Authorization: Bearer $TOKEN"'
        calls = [f'curl {bearer} \\\n  "{address}/steps"']
        key = '-H "Idempotency-Key: $(uuidgen)"'
        calls += [f'curl -X POST {bearer} \\\n  {key} \\\n  "{address}/{act}"' for act in self._acts]
        return "\n\n".join(calls)

    @property
    def _acts(self) -> list[str]:
        """What a person would do here now, most likely first."""
        if self.operation.ended and not self.retriable:
            return []
        acts = [f"steps/{step.name}/approve" for step in self.approvals[:1]]
        acts += ["retry"] if self.stuck and self.retriable else []
        if self.operation.ended or self.operation.cancelling:
            return acts
        return [*acts, "resume" if self.operation.paused_at else "pause", "cancel"]

    @cached_property
    def has_order(self) -> bool:
        """Whether a picture tells more than the table: some step waits for one that waited itself."""
        later = {step.name for step in self.steps if step.needs}
        return any(later.intersection(step.needs) for step in self.steps)

    @property
    def picture(self) -> SafeString:
        return graph(
            Node(
                key=step.name,
                label=_noun(step.title),
                state=step.state,
                needs=tuple(step.needs),
                note=self._note(step),
                href=f"#step-{step.position}",
                group=str(step.params.get("group", "")),
            )
            for step in self.steps
        )

    def _note(self, step: Step) -> str:
        took = step.took_seconds(at=self.at)
        if took is not None:
            return duration(took)
        usual = self.usual.get(step.name)
        return f"usual {duration(usual)}" if usual else ""


def read(*, scope: Scope, operation: Operation, at: datetime, whole_log: bool = False) -> Reading:
    """Five questions, whatever the number of steps, lines and earlier runs."""
    earlier = list(Operation.objects.visible_to(scope).succeeded_before(operation)[:PAST_RUNS])
    took = [run.took.total_seconds() for run in earlier if run.took]
    lines = WHOLE_LOG if whole_log else LOG_LINES
    return Reading(
        operation=operation,
        steps=list(Step.objects.visible_to(scope).of_operation(operation).in_order().without_facts()),
        events=list(StepEvent.objects.visible_to(scope).of_operation(operation).newest_first()[:lines]),
        usual=Step.objects.visible_to(scope).of_operations(earlier).usual_seconds(),
        usual_seconds=median(took) if took else None,
        most_seconds=quantiles(took, n=10, method="inclusive")[-1] if len(took) >= ENOUGH_RUNS else None,
        at=at,
    )


def _noun(title: str) -> str:
    """What a step is about; the page's title says already what is done to all of them."""
    for verb in ("Delete ", "Look at "):
        if title.startswith(verb):
            rest = title.removeprefix(verb)
            return rest[:1].upper() + rest[1:]
    return title
