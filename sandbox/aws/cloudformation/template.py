"""Templates: JSON, or YAML with the short form of functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from sandbox.aws.errors import AwsError

FUNCTIONS = ("Sub", "GetAtt", "Join", "Select", "Split", "If", "Equals", "Not", "And", "Or", "Base64", "FindInMap",
             "ImportValue", "GetAZs", "Cidr", "Length", "ToJsonString")  # fmt: skip
SUPPORTED = ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::InstanceProfile",
             "AWS::IAM::OIDCProvider")  # fmt: skip
NAMED = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
         "AWS::IAM::InstanceProfile": "InstanceProfileName", "AWS::IAM::User": "UserName",
         "AWS::IAM::Group": "GroupName"}  # fmt: skip
SECTIONS = {"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
            "Transform", "Resources", "Outputs"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    text: str
    description: str
    parameters: Mapping[str, Mapping[str, Any]]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def capability(self) -> str:
        """The capability a caller must acknowledge; empty when there is nothing of IAM."""
        kinds = [(item.get("Type", ""), item.get("Properties") or {}) for item in self.resources.values()]
        if not any(kind.startswith("AWS::IAM::") for kind, _ in kinds):
            return ""
        named = any(NAMED.get(kind, "\0") in properties for kind, properties in kinds)
        return "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"


class _Loader(yaml.SafeLoader):
    """SafeLoader with CloudFormation's tags; dates stay text."""


def _function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)
_Loader.yaml_implicit_resolvers = {
    key: [item for item in resolvers if item[0] != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message, 400)


def parse(text: str) -> Template:
    """Read a template. Raises AwsError as CloudFormation's ValidateTemplate does."""
    try:
        body = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_Loader)
    except (ValueError, yaml.YAMLError) as error:
        raise invalid(f"Template format error: unsupported structure. {error}") from error
    if not isinstance(body, dict):
        raise invalid("Template format error: unsupported structure.")
    if set(body) - SECTIONS:
        unknown = ", ".join(sorted(map(str, set(body) - SECTIONS)))
        raise invalid(f"Invalid template property or properties [{unknown}]")
    resources = body.get("Resources") or {}
    if not resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    for name, item in resources.items():
        if not isinstance(item, dict) or "Type" not in item:
            raise invalid(
                f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
            )
    return Template(
        text,
        str(body.get("Description") or ""),
        body.get("Parameters") or {},
        body.get("Conditions") or {},
        body.get("Mappings") or {},
        resources,
        body.get("Outputs") or {},
    )  # fmt: skip


def references(value: Any, known: Mapping[str, Any]) -> set[str]:
    """The logical names that a value refers to."""
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                found.add(str(inner))
            elif key == "Fn::GetAtt":
                found.add(str(inner[0] if isinstance(inner, list) else inner.split(".")[0]))
            elif key == "Fn::Sub":
                found |= _in_text(inner if isinstance(inner, str) else inner[0])
            found |= references(inner, known)
    elif isinstance(value, list):
        for inner in value:
            found |= references(inner, known)
    return found & set(known)


def _in_text(text: str) -> set[str]:
    pieces = text.split("${")[1:]
    return {piece.split("}", 1)[0].split(".", 1)[0].strip() for piece in pieces}


def order(template: Template, wanted: list[str]) -> list[str]:
    """Logical names so that each comes after what it refers to or depends on."""
    done: list[str] = []
    waiting = list(wanted)
    while waiting:
        ready = [name for name in waiting if not _needs(template, name) & set(waiting) - {name}]
        if not ready:
            raise invalid(f"Circular dependency between resources: [{', '.join(waiting)}]")
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return done


def _needs(template: Template, name: str) -> set[str]:
    item = template.resources[name]
    explicit = item.get("DependsOn") or []
    named = {explicit} if isinstance(explicit, str) else set(explicit)
    return references(item.get("Properties"), template.resources) | named
