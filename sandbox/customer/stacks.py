"""Runs the generated CloudFormation template, as the customer's cloud team would in its console."""

import time
from dataclasses import dataclass

from botocore.exceptions import ClientError

from sandbox.customer.account import Account
from sandbox.errors import SandboxError

WAIT_SECONDS = 60
POLL_SECONDS = 0.5
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    state: str
    reason: str = ""


def run(account: Account, *, name: str, template: str) -> Stack:
    """Create the stack, or update it; wait for its end. Raise SandboxError if it fails."""
    client = account.client("cloudformation")
    make = client.update_stack if find(account, name) else client.create_stack
    try:
        make(StackName=name, TemplateBody=template, Capabilities=CAPABILITIES)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return _settled(account, name)
        raise
    return _settled(account, name)


def delete(account: Account, *, name: str) -> None:
    """Delete the stack with all it made; wait for its end."""
    account.client("cloudformation").delete_stack(StackName=name)
    deadline = time.monotonic() + WAIT_SECONDS
    while (stack := find(account, name)) is not None:
        if stack.state.endswith("FAILED") or time.monotonic() > deadline:
            raise SandboxError(f"The stack {name} is {stack.state}: {stack.reason or 'no reason given'}.")
        time.sleep(POLL_SECONDS)


def find(account: Account, name: str) -> Stack | None:
    try:
        found = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for "no such stack"
            return None
        raise
    stacks = [Stack(name, one["StackStatus"], one.get("StackStatusReason", "")) for one in found]
    return next((stack for stack in stacks if stack.state != "DELETE_COMPLETE"), None)


def _settled(account: Account, name: str) -> Stack:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        stack = find(account, name)
        if stack is not None and stack.state in DONE:
            return stack
        state = stack.state if stack else "gone"
        if not state.endswith("IN_PROGRESS") or time.monotonic() > deadline:
            reason = (stack and stack.reason) or "no reason given"
            raise SandboxError(f"The stack {name} is {state}: {reason}.")
        time.sleep(POLL_SECONDS)
