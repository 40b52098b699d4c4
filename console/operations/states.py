"""The closed sets of states; see DESIGN section 6."""

from django.db.models import TextChoices


class OperationState(TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    BLOCKED = "blocked"
    AWAITING_APPROVAL = "awaiting_approval"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    BLOCKED = "blocked"
    AWAITING_APPROVAL = "awaiting_approval"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Cancelling(TextChoices):
    """What becomes of the steps that are at work when a person cancels."""

    FINISHING = "finishing"
    """What the cloud has begun is followed to its end; nothing else is started."""
    STOPPING = "stopping"
    """What waits is not asked again; what runs ends with its next answer."""


OPERATION_ENDED = frozenset({OperationState.SUCCEEDED, OperationState.FAILED, OperationState.CANCELLED})
STEP_ENDED = frozenset({StepState.SUCCEEDED, StepState.SKIPPED, StepState.FAILED, StepState.CANCELLED})
STEP_SATISFIED = frozenset({StepState.SUCCEEDED, StepState.SKIPPED})
"""What a successor waits for."""
