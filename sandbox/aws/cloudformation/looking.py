"""Looking at stacks and templates."""

from collections.abc import Mapping
from typing import Any

from sandbox.aws.cloudformation.given import template_text
from sandbox.aws.cloudformation.stacks import Stack, find, shelf
from sandbox.aws.cloudformation.template import Template, parse
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call


@answers("cloudformation", "ListStacks")
def list_stacks(call: Call) -> Mapping[str, Any]:
    wanted = call.params.get("StackStatusFilter") or []
    found = [stack for stack in shelf(call).values() if not wanted or stack.status in wanted]
    return {
        "StackSummaries": [
            {
                "StackId": stack.identifier,
                "StackName": stack.name,
                "CreationTime": stack.created,
                "StackStatus": stack.status,
            }
            for stack in found
        ]
    }


def _resources(stack: Stack) -> list[dict[str, Any]]:
    status = "UPDATE_COMPLETE" if stack.updated else "CREATE_COMPLETE"
    return [
        {
            "StackName": stack.name,
            "StackId": stack.identifier,
            "LogicalResourceId": logical,
            "PhysicalResourceId": made.physical,
            "ResourceType": kind,
            "Timestamp": stack.updated or stack.created,
            "LastUpdatedTimestamp": stack.updated or stack.created,
            "ResourceStatus": status,
        }
        for logical, (kind, made) in stack.resources.items()
    ]


@answers("cloudformation", "DescribeStackResources")
def describe_resources(call: Call) -> Mapping[str, Any]:
    wanted = call.params.get("LogicalResourceId")
    found = [item for item in _resources(find(call, gone=True)) if wanted in (None, item["LogicalResourceId"])]
    return {"StackResources": found}


@answers("cloudformation", "ListStackResources")
def list_resources(call: Call) -> Mapping[str, Any]:
    return {"StackResourceSummaries": _resources(find(call, gone=True))}


@answers("cloudformation", "DescribeStackEvents")
def describe_events(call: Call) -> Mapping[str, Any]:
    return {"StackEvents": find(call, gone=True).events}


@answers("cloudformation", "GetTemplate")
def get_template(call: Call) -> Mapping[str, Any]:
    return {"TemplateBody": find(call, gone=True).template, "StagesAvailable": ["Original", "Processed"]}


def _summary(template: Template) -> dict[str, Any]:
    parameters = [
        {
            "ParameterKey": name,
            "DefaultValue": str(spec["Default"]) if "Default" in spec else None,
            "NoEcho": bool(spec.get("NoEcho")),
            "Description": str(spec.get("Description") or ""),
        }
        for name, spec in template.parameters.items()
    ]
    capability = template.capability
    answer: dict[str, Any] = {
        "Parameters": [{key: value for key, value in item.items() if value is not None} for item in parameters],
        "Description": template.description,
        "Capabilities": [capability] if capability else [],
    }
    if capability:
        kinds = sorted({item["Type"] for item in template.resources.values() if "::IAM::" in item["Type"]})
        answer["CapabilitiesReason"] = f"The following resource(s) require capabilities: [{', '.join(kinds)}]"
    return answer


@answers("cloudformation", "ValidateTemplate")
def validate_template(call: Call) -> Mapping[str, Any]:
    return _summary(parse(template_text(call)))


@answers("cloudformation", "GetTemplateSummary")
def template_summary(call: Call) -> Mapping[str, Any]:
    template = parse(find(call).template if call.params.get("StackName") else template_text(call))
    types = sorted({item["Type"] for item in template.resources.values()})
    return {**_summary(template), "ResourceTypes": types}
