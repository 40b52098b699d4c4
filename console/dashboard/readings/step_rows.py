"""The table of steps: one row a step or a group, on one axis of time, against the usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.safestring import SafeString

from console.dashboard.readings.operations import Reading
from console.dashboard.readings.spans import Span, expected
from console.dashboard.readings.stuck import STUCK
from console.operations.models import Step
from console.operations.states import STEP_SATISFIED, StepState
from console.web.charts.timeline import Axis, Bar, axis_head, bar
from console.web.components.identifiers import brief
from console.web.states import look_of, worst

SHORTEST_AXIS = timedelta(seconds=30)
NEVER = datetime.max.replace(tzinfo=UTC)
NEEDS_NAMED = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One step, or one group of steps: its words, its drawing, its time against the usual."""

    key: str
    title: str
    state: StepState
    line: str
    """Short, for the row."""
    whole: str
    """The same at full length, shown on hover."""
    name: str
    """Of the step; empty for a group."""
    critical: bool
    drawing: SafeString
    took: float | None
    usual: float | None
    slow: bool
    stuck: bool

    @property
    def look(self) -> str:
        return look_of(self.state).look


@dataclass(frozen=True, slots=True)
class StepTable:
    axis_head: SafeString
    rows: Sequence[Row]
    done: int
    """How many rows have succeeded; narrow screens leave them out at first, unless there are no others."""

    @property
    def some_done(self) -> bool:
        return 0 < self.done < len(self.rows)


def table(reading: Reading, *, every_step: bool) -> StepTable:
    """By time of start; steps of one group share a row unless `every_step` is asked for."""
    drawn = _Table(reading)
    together: dict[str, list[Step]] = {}
    for step in reading.steps:
        group = "" if every_step else str(step.params.get("group", ""))
        together.setdefault(group or step.name, []).append(step)
    ordered = sorted(together.items(), key=lambda each: drawn.start(each[1]))
    rows = [drawn.row(title, steps) for title, steps in ordered]
    done = sum(row.state == StepState.SUCCEEDED for row in rows)
    return StepTable(axis_head(drawn.axis), rows, done)


@dataclass(slots=True)
class _Table:
    reading: Reading
    spans: Mapping[str, Span] = field(init=False)
    """When each step ran, runs, or is expected to run."""
    open_titles: Mapping[str, str] = field(init=False)
    axis: Axis = field(init=False)
    critical: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        reading, operation = self.reading, self.reading.operation
        self.spans = {} if operation.ended else expected(reading.steps, reading.usual, reading.at)
        self.critical = frozenset(step.name for step in reading.critical)
        unfinished = [step for step in reading.steps if step.state not in STEP_SATISFIED]
        self.open_titles = {step.name: step.title for step in unfinished}
        start = operation.started_at or operation.created_at
        last = max((end for _, end in self.spans.values()), default=start)
        end = max(operation.finished_at or reading.at, last, start + SHORTEST_AXIS)
        self.axis = Axis(start=start, end=end, now=None if operation.ended else reading.at)

    def start(self, steps: Sequence[Step]) -> tuple[datetime, datetime]:
        """What has started stands first, in that order; then what is expected first."""
        begun = min((step.started_at for step in steps if step.started_at), default=NEVER)
        return begun, min((self.spans[step.name][0] for step in steps if step.name in self.spans), default=NEVER)

    def row(self, key: str, steps: Sequence[Step]) -> Row:
        alone = len(steps) == 1
        state = StepState(worst([step.state for step in steps]))
        begun, ended = _run(steps)
        took = ((ended or self.reading.at) - begun).total_seconds() if begun else None
        usual = self.reading.usual.get(steps[0].name) if alone else None
        whole = self._line(steps[0]) if alone else _group_line(steps)
        return Row(
            key=f"step-{steps[0].position}",
            title=steps[0].title if alone else key,
            state=state,
            line=brief(whole),
            whole=whole,
            name=steps[0].name if alone else "",
            critical=any(step.name in self.critical for step in steps),
            drawing=bar(self.axis, self._bar(state, steps, begun, ended)),
            took=took,
            usual=usual,
            stuck=state in STUCK,
            slow=took is not None and usual is not None and took > 2 * usual + 5,
        )

    def _bar(self, state: StepState, steps: Sequence[Step], begun: datetime | None, ended: datetime | None) -> Bar:
        spans = [self.spans[step.name] for step in steps if step.name in self.spans]
        first = min((span[0] for span in spans), default=None)
        usual = max(span[1] for span in spans) - (begun or first) if first else None
        return Bar(state=state, started_at=begun, ended_at=ended, usual=usual, expected_at=first)

    def _line(self, step: Step) -> str:
        if step.state == StepState.PENDING and step.open_needs:
            needed = [self.open_titles[name] for name in step.needs if name in self.open_titles]
            return f"needs {', '.join(needed[:NEEDS_NAMED])}{' and more' if len(needed) > NEEDS_NAMED else ''}"
        attempts = f" · attempt {step.attempt}" if step.attempt > 1 and not step.ended else ""
        return f"{step.reason or step.message}{attempts}"


def _run(steps: Sequence[Step]) -> Span | tuple[datetime | None, datetime | None]:
    """From the first start to the last end, which is open while one of them is."""
    begun = min((step.started_at for step in steps if step.started_at), default=None)
    ended = max((step.finished_at for step in steps if step.finished_at), default=None)
    return begun, ended if all(step.ended for step in steps) else None


def _group_line(steps: Sequence[Step]) -> str:
    done = sum(step.state in STEP_SATISFIED for step in steps)
    named = next((step for step in steps if step.state in STUCK), None)
    return f"{done} of {len(steps)}{f' · {named.title}: {named.reason}' if named else ''}"
