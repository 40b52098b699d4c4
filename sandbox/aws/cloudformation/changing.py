"""Stacks: created, updated and deleted as a whole, rolled back when one resource fails."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.aws import delays
from sandbox.aws.cloudformation.building import build, remove
from sandbox.aws.cloudformation.given import check_capability, parameters, template_text
from sandbox.aws.cloudformation.stacks import GONE, Stack, find, shelf
from sandbox.aws.cloudformation.template import invalid, parse
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.need import arn

NAME = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,127}")
SECONDS = 1.0


@answers("cloudformation", "CreateStack")
def create_stack(call: Call) -> Mapping[str, Any]:
    name = str(call.params.get("StackName"))
    if not NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'stackName' failed to satisfy constraint")
    if any(stack.name == name and stack.status != GONE for stack in shelf(call).values()):
        raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists", 400)
    template = parse(template_text(call))
    check_capability(template, call)
    identifier = arn(call, "cloudformation", f"stack/{name}/{secrets.token_hex(16)}")
    stack = Stack(
        identifier=identifier,
        name=name,
        template=template.text,
        parameters=parameters(template, call, {}),
        capabilities=list(call.params.get("Capabilities") or []),
        tags=list(call.params.get("Tags") or []),
        protected=bool(call.params.get("EnableTerminationProtection")),
        created=datetime.now(UTC),
    )
    stack.become("CREATE_IN_PROGRESS", "User Initiated")
    shelf(call)[identifier] = stack
    failure = build(call, stack, template)
    outcome = "CREATE_COMPLETE"
    if failure:
        stack.become("ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to create: [{failure}].")
        remove(call, stack, list(stack.resources))
        outcome = "ROLLBACK_COMPLETE"
    _settle_later(call, stack, outcome)
    return {"StackId": identifier}


def _settle_later(call: Call, stack: Stack, outcome: str) -> None:
    seconds = state().delays.get("stack", SECONDS)
    delays.later("stack", (call.account, call.region, stack.identifier), outcome, seconds)


@delays.on_due("stack")
def _settle(key: tuple[str, str, str], outcome: str) -> None:
    stack = state().shelf(f"stacks:{key[0]}:{key[1]}").get(key[2])
    if stack is not None:
        stack.become(outcome)


@answers("cloudformation", "UpdateStack")
def update_stack(call: Call) -> Mapping[str, Any]:
    stack = find(call)
    if not stack.status.endswith("_COMPLETE") or stack.status == "ROLLBACK_COMPLETE":
        raise invalid(f"Stack:{stack.identifier} is in {stack.status} state and can not be updated.")
    text = stack.template if call.params.get("UsePreviousTemplate") else template_text(call)
    template = parse(text)
    check_capability(template, call)
    given = parameters(template, call, stack.parameters)
    if text == stack.template and given == stack.parameters:
        raise invalid("No updates are to be performed.")
    stack.become("UPDATE_IN_PROGRESS", "User Initiated")
    before = (stack.template, stack.parameters)
    stack.parameters = given
    failure = build(call, stack, template)
    if failure:
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to update: [{failure}].")
        stack.parameters = before[1]
        build(call, stack, parse(before[0]))
        _settle_later(call, stack, "UPDATE_ROLLBACK_COMPLETE")
        return {"StackId": stack.identifier}
    stack.template, stack.updated = text, datetime.now(UTC)
    stack.capabilities = list(call.params.get("Capabilities") or [])
    remove(call, stack, [name for name in stack.resources if name not in template.resources])
    _settle_later(call, stack, "UPDATE_COMPLETE")
    return {"StackId": stack.identifier}


@answers("cloudformation", "DeleteStack")
def delete_stack(call: Call) -> Mapping[str, Any]:
    try:
        stack = find(call)
    except AwsError:
        return {}
    if stack.protected:
        message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        raise invalid(message)
    stack.become("DELETE_IN_PROGRESS", "User Initiated")
    remove(call, stack, list(stack.resources))
    stack.deleted = datetime.now(UTC)
    _settle_later(call, stack, GONE)
    return {}


@answers("cloudformation", "UpdateTerminationProtection")
def protect(call: Call) -> Mapping[str, Any]:
    stack = find(call)
    stack.protected = bool(call.params.get("EnableTerminationProtection"))
    return {"StackId": stack.identifier}


def _described(stack: Stack) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "StackId": stack.identifier,
        "StackName": stack.name,
        "Description": parse(stack.template).description or None,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "Capabilities": stack.capabilities,
        "Outputs": stack.outputs if stack.status.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")) else [],
        "Tags": stack.tags,
        "EnableTerminationProtection": stack.protected,
        "DisableRollback": False,
    }
    return {key: value for key, value in answer.items() if value is not None}


@answers("cloudformation", "DescribeStacks")
def describe_stacks(call: Call) -> Mapping[str, Any]:
    if call.params.get("StackName"):
        return {"Stacks": [_described(find(call, gone=True))]}
    return {"Stacks": [_described(stack) for stack in shelf(call).values() if stack.status != GONE]}
