"""What an operation is planned from and what a step's handler is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from console.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step to be; `needs` are names of steps of the same operation."""

    name: str
    title: str
    handler: str
    needs: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepContext:
    """Everything a handler may use: it reads the world, never its own row."""

    scope: Scope
    """Of the organization, acting as the console on behalf of who requested the operation."""
    operation_id: UUID
    operation_context: Mapping[str, Any]
    step_id: UUID
    name: str
    params: Mapping[str, Any]
    attempt: int
    started_at: datetime
    request_id: str
    cancelling: bool = False
