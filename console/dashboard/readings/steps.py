"""What the page of one step shows: what it waits for, what waits for it, its history, and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from console.dashboard.readings.stuck import STUCK, Stuck
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions.decisions import MAY_BE_SKIPPED
from console.operations.graph import with_all_behind
from console.operations.models import Step, StepEvent
from console.operations.states import OperationState, StepState

LONGEST_HISTORY = 200
LATE = "LaterThanUsual"


@dataclass(frozen=True)
class StepReading:
    scope: Scope
    step: Step
    others: Sequence[Step]
    """All steps of the operation, in order."""
    history: Sequence[StepEvent]
    """The newest first."""
    at: datetime

    @cached_property
    def needs(self) -> list[Step]:
        return [other for other in self.others if other.name in self.step.needs]

    @cached_property
    def behind(self) -> list[Step]:
        """Every step that cannot start before it, at once or through others."""
        names = with_all_behind(self.step.name, {other.name: other.needs for other in self.others})
        return [other for other in self.others if other.name in names and other.name != self.step.name]

    @property
    def block(self) -> Stuck | None:
        return Stuck([self.step]) if self.step.state in STUCK else None

    @property
    def took_seconds(self) -> float | None:
        return self.step.took_seconds(at=self.at)

    @property
    def is_late(self) -> bool:
        return self.step.reason == LATE

    @property
    def awaits_approval(self) -> bool:
        return self.step.state == StepState.AWAITING_APPROVAL

    @property
    def question(self) -> str:
        return str((self.step.approval or {}).get("question", ""))

    @property
    def may_control(self) -> bool:
        return self.scope.allows(Permission.OPERATION_CONTROL)

    @property
    def may_decide(self) -> bool:
        wanted = {str((self.step.approval or {}).get("permission", "")), Permission.OPERATION_APPROVE.value} - {""}
        allowed = wanted <= {permission.value for permission in self.scope.permissions}
        return self.awaits_approval and allowed and self._goes_on

    @property
    def may_retry(self) -> bool:
        return self.may_control and self.step.state in STUCK and self._retriable

    @property
    def may_retry_from(self) -> bool:
        begun = self.step.state not in {StepState.PENDING, StepState.RUNNING}
        return self.may_control and begun and self._retriable

    @property
    def may_skip(self) -> bool:
        return self.may_control and self.step.skippable and self.step.state in MAY_BE_SKIPPED and self._goes_on

    @property
    def _retriable(self) -> bool:
        operation = self.step.operation
        return not operation.cancelling and operation.state != OperationState.SUCCEEDED

    @property
    def _goes_on(self) -> bool:
        return not self.step.operation.ended and not self.step.operation.cancelling

    @property
    def api_call(self) -> str:
        """The calls that read, and do, what the page shows and offers."""
        address = f"$CONSOLE/api/v1/operations/{self.step.operation_id}/steps/{self.step.name}"
        bearer, key = '-H "Authorization: Bearer $TOKEN"', '-H "Idempotency-Key: $(uuidgen)"'
        calls = [f'curl {bearer} \\\n  "{address}"']
        for act, body in self._acts:
            said = f" \\\n  --json '{body}'" if body else ""
            calls.append(f'curl -X POST {bearer} \\\n  {key}{said} \\\n  "{address}/{act}"')
        return "\n\n".join(calls)

    @property
    def _acts(self) -> list[tuple[str, str]]:
        offered = {
            ("approve", '{"note": "..."}'): self.may_decide,
            ("deny", '{"note": "..."}'): self.may_decide,
            ("retry", ""): self.may_retry,
            ("retry-from", ""): self.may_retry_from,
            ("skip", '{"reason": "..."}'): self.may_skip,
        }
        return [act for act, allowed in offered.items() if allowed]


def read(*, scope: Scope, step: Step, at: datetime) -> StepReading:
    """Two questions, whatever the number of steps and lines."""
    lines = StepEvent.objects.visible_to(scope).of_operation(step.operation).of_step(step.name)
    return StepReading(
        scope=scope,
        step=step,
        others=list(Step.objects.visible_to(scope).of_operation(step.operation).in_order().without_facts()),
        history=list(lines.newest_first()[:LONGEST_HISTORY]),
        at=at,
    )
