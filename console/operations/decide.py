"""The engine's rules, pure: what is written after an attempt, and what steps make of their operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.operations.outcomes import Done, Failed, Halt, ProviderError, Retry, Verdict, Wait, Who
from console.operations.states import STEP_ENDED, OperationState, StepState

LONGEST_PAUSE = timedelta(seconds=20)
JITTER = 0.25  # a quarter around the exponential pause keeps a herd of retries apart

MOVING = frozenset({StepState.RUNNING, StepState.WAITING})


@dataclass(frozen=True, slots=True)
class Written:
    """The columns of a step after one attempt."""

    state: StepState
    run_at: datetime
    attempt: int
    reason: str = ""
    message: str = ""
    who: str = ""
    fix: str = ""
    provider: ProviderError | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    progress: int | None = None

    @property
    def ended(self) -> bool:
        return self.state in STEP_ENDED


def written(verdict: Verdict, *, attempt: int, now: datetime, random: float) -> Written:
    """Turn an answer into columns; `attempt` is that of the answer, `random` is within 0 and 1."""
    match verdict:
        case Done():
            return Written(
                StepState.SUCCEEDED, now, attempt, message=verdict.message, facts=verdict.facts, progress=100
            )
        case Wait():
            return Written(
                StepState.WAITING, now + verdict.after, 1, message=verdict.message, progress=verdict.progress
            )
        case Retry():
            return _tried(verdict, attempt=attempt, now=now, random=random)
        case Halt():
            return _halted(verdict, attempt=attempt, now=now)
        case Failed():
            return Written(
                StepState.FAILED, now, attempt, reason=verdict.reason, message=verdict.message, who=Who.VENDOR
            )


def _tried(retry: Retry, *, attempt: int, now: datetime, random: float) -> Written:
    if attempt >= retry.limit:
        message = f"{retry.message} It was tried {attempt} times in a row.".strip()
        halt = Halt(retry.reason, message, who=retry.who, fix=retry.fix, provider=retry.provider)
        return _halted(halt, attempt=attempt, now=now)
    return Written(
        StepState.WAITING,
        now + pause(retry.after, attempt=attempt, random=random),
        attempt + 1,
        reason=retry.reason,
        message=retry.message,
        provider=retry.provider,
    )


def _halted(halt: Halt, *, attempt: int, now: datetime) -> Written:
    return Written(
        StepState.BLOCKED,
        now,
        attempt,
        reason=halt.reason,
        message=halt.message,
        who=halt.who,
        fix=halt.fix,
        provider=halt.provider,
    )


def pause(after: timedelta, *, attempt: int, random: float) -> timedelta:
    """Exponential from `after`, capped (at `after` itself, if that is longer), with jitter."""
    factor: int = 2 ** min(attempt - 1, 16)
    exponential = min(after * factor, max(after, LONGEST_PAUSE))
    return exponential * (1 + JITTER * (2 * random - 1))


def after_cancel(result: Written) -> Written:
    """What an attempt writes when its operation is being cancelled: success stands, all else ends."""
    if result.ended:
        return result
    return Written(
        StepState.CANCELLED,
        result.run_at,
        result.attempt,
        reason="Cancelled",
        message="Cancelled by a person.",
        provider=result.provider,
    )


def operation_state(counts: Mapping[str, int], *, cancelling: bool, startable: int) -> OperationState:
    """Roll steps up. `startable` counts the pending steps whose needs are all satisfied."""
    there = {StepState(state) for state, many in counts.items() if many}
    goes_on = bool(there & MOVING) or startable > 0
    if there and there <= {StepState.SUCCEEDED, StepState.SKIPPED}:
        return OperationState.SUCCEEDED
    if cancelling:
        return OperationState.CANCELLING if goes_on else OperationState.CANCELLED
    if StepState.BLOCKED in there:
        return OperationState.BLOCKED
    if StepState.AWAITING_APPROVAL in there and not goes_on:
        return OperationState.AWAITING_APPROVAL
    if goes_on:
        return OperationState.RUNNING
    return OperationState.FAILED if StepState.FAILED in there else OperationState.CANCELLED
