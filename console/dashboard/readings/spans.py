"""When each step of an operation ran or is expected to run, and which of them decide when it ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from console.operations.models import Step

Span = tuple[datetime, datetime]


def expected(steps: Sequence[Step], usual: Mapping[str, float], at: datetime) -> dict[str, Span]:
    """When steps that have not ended are expected to run, by what is usual; empty where nothing is known."""
    if not usual:
        return {}
    ended = {step.name for step in steps if step.ended}
    return {name: span for name, span in spans_of(steps, usual, at).items() if name not in ended}


def spans_of(steps: Sequence[Step], usual: Mapping[str, float], at: datetime) -> dict[str, Span]:
    by_name = {step.name: step for step in steps}
    spans: dict[str, Span] = {}
    for step in steps:
        _expect(step.name, by_name, usual, at, spans)
    return spans


def _expect(
    name: str, steps: Mapping[str, Step], usual: Mapping[str, float], at: datetime, spans: dict[str, Span]
) -> Span:
    if name in spans:
        return spans[name]
    step = steps[name]
    takes = timedelta(seconds=usual.get(name, 0))
    needs = [_expect(need, steps, usual, at, spans)[1] for need in step.needs if need in steps]
    start = step.started_at or max([at, *needs])
    end = step.finished_at if step.ended and step.finished_at else max(start + takes, at)
    spans[name] = (start, end)
    return spans[name]


def critical_path(steps: Sequence[Step], spans: Mapping[str, Span]) -> list[Step]:
    """The steps that decide when the operation ends: back from the one that ends last, each time to the need that
    ends last. Empty where no step is known to take any time."""
    by_name = {step.name: step for step in steps}
    timed = [step for step in steps if step.name in spans]
    if not timed or all(spans[step.name][0] == spans[step.name][1] for step in timed):
        return []
    found = [max(timed, key=lambda step: spans[step.name][1])]
    while needs := [name for name in found[-1].needs if name in spans]:
        found.append(by_name[max(needs, key=lambda name: spans[name][1])])
    return found[::-1]
