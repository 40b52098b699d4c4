"""Stacks: created, updated and deleted as a whole, rolled back when one resource fails."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlparse

from moto.s3.models import s3_backends

from sandbox.aws import delays
from sandbox.aws.cloudformation.functions import Scope, resolve
from sandbox.aws.cloudformation.resources import KINDS, Made, Place
from sandbox.aws.cloudformation.template import Template, invalid, order, parse
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.need import arn

NAME = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,127}")
SECONDS = 1.0
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


def template_text(call: Call) -> str:
    """The body itself, or the object of a bucket that the URL names."""
    if call.params.get("TemplateBody"):
        return str(call.params["TemplateBody"])
    url = urlparse(str(call.params.get("TemplateURL") or ""))
    pieces = url.path.lstrip("/").split("/", 1)
    host = url.hostname or ""
    bucket, key = (host.split(".s3", 1)[0], url.path.lstrip("/")) if ".s3" in host else (pieces[0], pieces[-1])
    for account in list(s3_backends):
        found = s3_backends[account]["aws"].buckets.get(bucket)
        if found is not None and key in found.keys:
            return str(found.keys[key].value.decode())
    raise invalid("S3 error: The specified key does not exist.")


def _parameters(template: Template, call: Call, previous: Mapping[str, str]) -> dict[str, str]:
    given = {item["ParameterKey"]: item for item in call.params.get("Parameters") or []}
    unknown = sorted(set(given) - set(template.parameters))
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values: dict[str, str] = {}
    for name, spec in template.parameters.items():
        item = given.get(name, {})
        value = (
            previous.get(name) if item.get("UsePreviousValue") else item.get("ParameterValue", spec.get("Default"))
        )
        if value is None:
            raise invalid(f"Parameters: [{name}] must have values")
        _check_parameter(name, str(value), spec)
        values[name] = str(value)
    return values


def _check_parameter(name: str, value: str, spec: Mapping[str, Any]) -> None:
    allowed = [str(item) for item in spec.get("AllowedValues") or []]
    pattern = spec.get("AllowedPattern")
    if allowed and value not in allowed:
        raise invalid(f"Parameter '{name}' must be one of AllowedValues")
    if pattern and not re.fullmatch(str(pattern), value):
        raise invalid(
            f"Parameter {name} failed to satisfy constraint: {spec.get('ConstraintDescription', pattern)}"
        )
    if len(value) < int(spec.get("MinLength", 0)) or len(value) > int(spec.get("MaxLength", 4096)):
        raise invalid(f"Parameter '{name}' has the wrong length")


def _check_capability(template: Template, call: Call) -> None:
    need, held = template.capability, call.params.get("Capabilities") or []
    if need and need not in held and not (need == "CAPABILITY_IAM" and "CAPABILITY_NAMED_IAM" in held):
        raise AwsError("InsufficientCapabilitiesException", f"Requires capabilities : [{need}]", 400)
    for item in template.resources.values():
        if item["Type"] not in KINDS:
            raise invalid(f"Template format error: Unrecognized resource types: [{item['Type']}]")


def _scope(call: Call, stack: Stack, template: Template) -> Scope:
    pseudo = {
        "AWS::AccountId": call.account, "AWS::Region": call.region, "AWS::Partition": "aws",
        "AWS::StackName": stack.name, "AWS::StackId": stack.identifier, "AWS::URLSuffix": "amazonaws.com",
    }  # fmt: skip
    scope = Scope(template, stack.parameters, pseudo)
    for logical, (_, made) in stack.resources.items():
        scope.physical[logical], scope.attributes[logical] = made.physical, made.attributes
    return scope


@answers("cloudformation", "CreateStack")
def create_stack(call: Call) -> Mapping[str, Any]:
    name = str(call.params.get("StackName"))
    if not NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'stackName' failed to satisfy constraint")
    if any(stack.name == name and stack.status != GONE for stack in shelf(call).values()):
        raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists", 400)
    template = parse(template_text(call))
    _check_capability(template, call)
    identifier = arn(call, "cloudformation", f"stack/{name}/{secrets.token_hex(16)}")
    stack = Stack(
        identifier=identifier,
        name=name,
        template=template.text,
        parameters=_parameters(template, call, {}),
        capabilities=list(call.params.get("Capabilities") or []),
        tags=list(call.params.get("Tags") or []),
        protected=bool(call.params.get("EnableTerminationProtection")),
        created=datetime.now(UTC),
    )
    stack.become("CREATE_IN_PROGRESS", "User Initiated")
    shelf(call)[identifier] = stack
    failure = _build(call, stack, template)
    outcome = "CREATE_COMPLETE"
    if failure:
        stack.become("ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to create: [{failure}].")
        _remove(call, stack, list(stack.resources))
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


def _wanted(scope: Scope) -> list[str]:
    names = [
        name
        for name, item in scope.template.resources.items()
        if "Condition" not in item or scope.condition(str(item["Condition"]))
    ]
    return order(scope.template, names)


def _build(call: Call, stack: Stack, template: Template) -> str:
    """Make or update every resource; the logical name of the one that failed, or nothing."""
    scope = _scope(call, stack, template)
    for logical in _wanted(scope):
        item = template.resources[logical]
        verb = "UPDATE" if logical in stack.resources else "CREATE"
        stack.tell(logical, scope.physical.get(logical, ""), item["Type"], f"{verb}_IN_PROGRESS")
        try:
            made = _make(call, stack, scope, logical)
        except AwsError as error:
            stack.tell(
                logical, "", item["Type"], f"{verb}_FAILED", f"{error.message} (Status Code: {error.status})"
            )
            return logical
        stack.resources[logical] = (item["Type"], made)
        scope.physical[logical], scope.attributes[logical] = made.physical, made.attributes
        stack.tell(logical, made.physical, item["Type"], f"{verb}_COMPLETE")
    stack.outputs = _outputs(scope)
    return ""


def _make(call: Call, stack: Stack, scope: Scope, logical: str) -> Made:
    item = scope.template.resources[logical]
    create, update, _ = KINDS[item["Type"]]
    properties = resolve(item.get("Properties") or {}, scope)
    place = Place(call, stack.name, logical)
    if logical in stack.resources:
        return update(place, stack.resources[logical][1].physical, properties)
    return create(place, properties, secrets.token_hex(6).upper())


def _outputs(scope: Scope) -> list[dict[str, str]]:
    found = []
    for name, item in scope.template.outputs.items():
        if "Condition" in item and not scope.condition(str(item["Condition"])):
            continue
        output = {"OutputKey": name, "OutputValue": str(resolve(item.get("Value"), scope))}
        if item.get("Description"):
            output["Description"] = str(item["Description"])
        found.append(output)
    return found


def _remove(call: Call, stack: Stack, names: list[str]) -> None:
    for logical in reversed(names):
        kind, made = stack.resources.pop(logical)
        KINDS[kind][2](Place(call, stack.name, logical), made.physical)
        stack.tell(logical, made.physical, kind, "DELETE_COMPLETE")


@answers("cloudformation", "UpdateStack")
def update_stack(call: Call) -> Mapping[str, Any]:
    stack = find(call)
    if not stack.status.endswith("_COMPLETE") or stack.status == "ROLLBACK_COMPLETE":
        raise invalid(f"Stack:{stack.identifier} is in {stack.status} state and can not be updated.")
    text = stack.template if call.params.get("UsePreviousTemplate") else template_text(call)
    template = parse(text)
    _check_capability(template, call)
    parameters = _parameters(template, call, stack.parameters)
    if text == stack.template and parameters == stack.parameters:
        raise invalid("No updates are to be performed.")
    stack.become("UPDATE_IN_PROGRESS", "User Initiated")
    before = (stack.template, stack.parameters)
    stack.parameters = parameters
    failure = _build(call, stack, template)
    if failure:
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to update: [{failure}].")
        stack.parameters = before[1]
        _build(call, stack, parse(before[0]))
        _settle_later(call, stack, "UPDATE_ROLLBACK_COMPLETE")
        return {"StackId": stack.identifier}
    stack.template, stack.updated = text, datetime.now(UTC)
    stack.capabilities = list(call.params.get("Capabilities") or [])
    _remove(call, stack, [name for name in stack.resources if name not in template.resources])
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
    _remove(call, stack, list(stack.resources))
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
