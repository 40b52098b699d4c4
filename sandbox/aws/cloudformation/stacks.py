"""A stack, and where stacks are kept."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.cloudformation.resources import Made
from sandbox.aws.cloudformation.template import invalid
from sandbox.aws.requests import Call
from sandbox.aws.state import state

GONE = "DELETE_COMPLETE"


@dataclass(slots=True)
class Stack:
    identifier: str
    name: str
    template: str
    parameters: dict[str, str]
    capabilities: list[str]
    tags: list[dict[str, str]]
    protected: bool
    created: datetime
    status: str = ""
    reason: str = ""
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict[str, tuple[str, Made]] = field(default_factory=dict)  # logical name -> type, thing
    outputs: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, logical: str, physical: str, kind: str, status: str, reason: str = "") -> None:
        event = {
            "StackId": self.identifier, "StackName": self.name, "EventId": secrets.token_hex(16),
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind,
            "Timestamp": datetime.now(UTC), "ResourceStatus": status,
        }  # fmt: skip
        if reason:
            event["ResourceStatusReason"] = reason
        self.events.insert(0, event)

    def become(self, status: str, reason: str = "") -> None:
        self.status, self.reason = status, reason
        self.tell(self.name, self.identifier, "AWS::CloudFormation::Stack", status, reason)


def shelf(call: Call) -> dict[str, Stack]:
    stacks: dict[str, Stack] = state().shelf(f"stacks:{call.account}:{call.region}")
    return stacks


def find(call: Call, *, gone: bool = False) -> Stack:
    wanted = str(call.params.get("StackName"))
    for stack in reversed(list(shelf(call).values())):
        alive = stack.status != GONE
        if wanted == stack.identifier and (alive or gone):
            return stack
        if wanted == stack.name and alive:
            return stack
    raise invalid(f"Stack with id {wanted} does not exist")
