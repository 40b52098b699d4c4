"""An operation's log as lines in columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from console.operations.models import StepEvent
from console.operations.states import StepState
from console.web.components.identifiers import brief

WIDEST = 22
TONES = {
    StepState.SUCCEEDED: "ok",
    StepState.BLOCKED: "w",
    StepState.FAILED: "w",
}
"""Classes of `code.css`."""


@dataclass(frozen=True, slots=True)
class LogLine:
    clock: str
    text: str
    tone: str


def log_lines(events: Sequence[StepEvent], titles: Mapping[str, str]) -> list[LogLine]:
    """Time, step, state, what was said; the columns are as wide as their longest word."""
    names = [titles.get(event.step_name, event.step_name) or "operation" for event in events]
    wide = _width(names)
    states = _width(event.state for event in events)
    return [
        LogLine(
            clock=f"{event.at.astimezone(UTC):%H:%M:%S}",
            text=f"{_cell(name, wide)}  {_cell(event.state, states)}  {_said(event)}".rstrip(),
            tone=TONES.get(StepState(event.state), "") if event.state in StepState.values else "",
        )
        for name, event in zip(names, events, strict=True)
    ]


def _width(words: Iterable[str]) -> int:
    return min(max((len(word) for word in words), default=0), WIDEST)


def _cell(word: str, width: int) -> str:
    return (word if len(word) <= width else f"{word[: width - 1]}…").ljust(width)


def _said(event: StepEvent) -> str:
    tries = f"attempt {event.attempt}" if event.attempt > 1 else ""
    return ", ".join(filter(None, [event.reason, brief(event.message), tries]))
