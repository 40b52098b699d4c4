from console.operations.models.operations import Operation, Step, StepEvent, WorkerHeartbeat

__all__ = ["Operation", "Step", "StepEvent", "WorkerHeartbeat"]
