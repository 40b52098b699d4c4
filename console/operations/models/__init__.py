from console.operations.models.operations import Operation, WorkerHeartbeat
from console.operations.models.steps import Step, StepEvent

__all__ = ["Operation", "Step", "StepEvent", "WorkerHeartbeat"]
