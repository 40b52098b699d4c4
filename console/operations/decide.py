"""The engine's rules, pure: what is written after an attempt, and what steps make of their operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.operations.outcomes import Ask, Done, Failed, Halt, ProviderError, Retry, Verdict, Wait, Who
from console.operations.patience import Lateness, Patience
from console.operations.states import STEP_ENDED, Cancelling, OperationState, StepState

LONGEST_PAUSE = timedelta(seconds=20)
JITTER = 0.25  # a quarter around the exponential pause keeps a herd of retries apart

MOVING = frozenset({StepState.RUNNING, StepState.WAITING})
FOR_PEOPLE = frozenset({StepState.BLOCKED, StepState.AWAITING_APPROVAL})


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

    @property
    def follows(self) -> bool:
        """The cloud is at work on it; what comes back from an error has begun nothing that it knows of."""
        return self.state == StepState.WAITING and self.attempt == 1


def written(
    verdict: Verdict, *, attempt: int, now: datetime, random: float, patience: Patience | None = None
) -> Written:
    """Turn an answer into columns; `attempt` is that of the answer, `random` is within 0 and 1."""
    match verdict:
        case Done():
            return Written(
                StepState.SUCCEEDED, now, attempt, message=verdict.message, facts=verdict.facts, progress=100
            )
        case Wait():
            return _waits(verdict, attempt=attempt, now=now, patience=patience)
        case Retry():
            return _tried(verdict, attempt=attempt, now=now, random=random)
        case Halt():
            return _halted(verdict, attempt=attempt, now=now)
        case Ask():
            return Written(
                StepState.AWAITING_APPROVAL, now + verdict.expires_after, attempt,
                reason="ApprovalNeeded", message=verdict.question, who=Who.YOU,
            )  # fmt: skip
        case Failed():
            return Written(
                StepState.FAILED, now, attempt, reason=verdict.reason, message=verdict.message, who=Who.VENDOR
            )


def _waits(wait: Wait, *, attempt: int, now: datetime, patience: Patience | None) -> Written:
    lateness = patience.lateness(now) if patience and wait.progress is None else Lateness.ON_TIME
    if patience and lateness is Lateness.GIVEN_UP:
        return _halted(patience.halt(now, wait.message), attempt=attempt, now=now)
    late = patience is not None and lateness is Lateness.LATE
    return Written(
        StepState.WAITING,
        now + wait.after,
        1,
        reason="LaterThanUsual" if late else "",
        message=" ".join(filter(None, [wait.message, patience.sentence if patience and late else ""])),
        progress=wait.progress,
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


def after_cancel(result: Written, manner: Cancelling) -> Written:
    """What an attempt writes when its operation is being cancelled: an end stands, as does, where what runs is
    finished, a wait for what the cloud has begun; all else is cancelled."""
    if result.ended or (manner == Cancelling.FINISHING and result.follows):
        return result
    return Written(
        StepState.CANCELLED,
        result.run_at,
        result.attempt,
        reason="Cancelled",
        message="Cancelled by a person.",
        provider=result.provider,
    )


def operation_state(
    counts: Mapping[str, int], *, startable: int, cancelling: bool = False, paused: bool = False
) -> OperationState:
    """Roll steps up. `startable` counts the pending steps whose needs are all satisfied."""
    there = {StepState(state) for state, many in counts.items() if many}
    goes_on = bool(there & MOVING) or startable > 0
    if there and there <= {StepState.SUCCEEDED, StepState.SKIPPED}:
        return OperationState.SUCCEEDED
    if cancelling:
        return OperationState.CANCELLING if goes_on else OperationState.CANCELLED
    if paused and (goes_on or there & FOR_PEOPLE):
        return OperationState.PAUSED
    if StepState.BLOCKED in there:
        return OperationState.BLOCKED
    if StepState.AWAITING_APPROVAL in there and not goes_on:
        return OperationState.AWAITING_APPROVAL
    if goes_on:
        return OperationState.RUNNING
    return OperationState.FAILED if StepState.FAILED in there else OperationState.CANCELLED
