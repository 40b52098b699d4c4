"""Intrinsic functions."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.aws.cloudformation.template import Template, invalid

VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
NOTHING = object()  # AWS::NoValue


@dataclass(slots=True)
class Scope:
    """What names stand for while a stack is built."""

    template: Template
    parameters: Mapping[str, Any]
    pseudo: Mapping[str, str]
    physical: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)

    def reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        for known in (self.parameters, self.pseudo, self.physical):
            if name in known:
                return known[name]
        raise invalid(f"Template format error: Unresolved resource dependencies [{name}] in the template")

    def attribute(self, name: str, attribute: str) -> str:
        found = self.attributes.get(name, {}).get(attribute)
        if found is None:
            raise invalid(
                f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt"
            )
        return found

    def condition(self, name: str) -> bool:
        if name not in self.template.conditions:
            raise invalid(f"Template format error: Unresolved condition {name}")
        return bool(resolve(self.template.conditions[name], self))


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every function applied; what is AWS::NoValue disappears."""
    if isinstance(value, list):
        return [item for item in (resolve(inner, scope) for inner in value) if item is not NOTHING]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        if name in FUNCTIONS:
            return FUNCTIONS[name](argument, scope)
    resolved = {key: resolve(inner, scope) for key, inner in value.items()}
    return {key: inner for key, inner in resolved.items() if inner is not NOTHING}


def _get_att(argument: Any, scope: Scope) -> str:
    name, attribute = argument if isinstance(argument, list) else str(argument).split(".", 1)
    return scope.attribute(str(name), str(attribute))


def _sub(argument: Any, scope: Scope) -> str:
    text, local = (argument, {}) if isinstance(argument, str) else (argument[0], resolve(argument[1], scope))

    def one(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        if name in local:
            return str(local[name])
        if "." in name:
            return _get_att(name, scope)
        return str(scope.reference(name))

    return VARIABLE.sub(one, text).replace("${!", "${")


def _join(argument: Any, scope: Scope) -> str:
    return str(argument[0]).join(str(item) for item in resolve(argument[1], scope))


def _split(argument: Any, scope: Scope) -> list[str]:
    return str(resolve(argument[1], scope)).split(str(argument[0]))


def _select(argument: Any, scope: Scope) -> Any:
    return resolve(argument[1], scope)[int(resolve(argument[0], scope))]


def _if(argument: Any, scope: Scope) -> Any:
    return resolve(argument[1] if scope.condition(str(argument[0])) else argument[2], scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    first, second, third = (resolve(item, scope) for item in argument)
    try:
        return scope.template.mappings[first][second][third]
    except KeyError as error:
        raise invalid(f"Template error: Unable to get mapping for {first}::{second}::{third}") from error


def _equals(argument: Any, scope: Scope) -> bool:
    first, second = resolve(argument, scope)
    return bool(first == second)


FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": lambda argument, scope: scope.reference(str(argument)),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Equals": _equals,
    "Fn::Not": lambda argument, scope: not resolve(argument[0], scope),
    "Fn::And": lambda argument, scope: all(resolve(item, scope) for item in argument),
    "Fn::Or": lambda argument, scope: any(resolve(item, scope) for item in argument),
    "Fn::ToJsonString": lambda argument, scope: json.dumps(resolve(argument, scope)),
    "Condition": lambda argument, scope: scope.condition(str(argument)),
}
