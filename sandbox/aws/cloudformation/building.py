"""Making, updating and removing the resources of a stack, in the order of what they need."""

import secrets

from sandbox.aws.cloudformation.functions import Scope, resolve
from sandbox.aws.cloudformation.resources import KINDS, Made, Place
from sandbox.aws.cloudformation.stacks import Stack
from sandbox.aws.cloudformation.template import Template, order
from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call


def _scope(call: Call, stack: Stack, template: Template) -> Scope:
    pseudo = {
        "AWS::AccountId": call.account, "AWS::Region": call.region, "AWS::Partition": "aws",
        "AWS::StackName": stack.name, "AWS::StackId": stack.identifier, "AWS::URLSuffix": "amazonaws.com",
    }  # fmt: skip
    scope = Scope(template, stack.parameters, pseudo)
    for logical, (_, made) in stack.resources.items():
        scope.physical[logical], scope.attributes[logical] = made.physical, made.attributes
    return scope


def _wanted(scope: Scope) -> list[str]:
    names = [
        name
        for name, item in scope.template.resources.items()
        if "Condition" not in item or scope.condition(str(item["Condition"]))
    ]
    return order(scope.template, names)


def build(call: Call, stack: Stack, template: Template) -> str:
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


def remove(call: Call, stack: Stack, names: list[str]) -> None:
    for logical in reversed(names):
        kind, made = stack.resources.pop(logical)
        KINDS[kind][2](Place(call, stack.name, logical), made.physical)
        stack.tell(logical, made.physical, kind, "DELETE_COMPLETE")
