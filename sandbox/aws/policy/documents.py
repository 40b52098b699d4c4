"""Policy documents, parsed once into statements."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from sandbox.aws.policy.conditions import OPERATORS, split_operator

Effect = Literal["Allow", "Deny"]
VERSIONS = ("2012-10-17", "2008-10-17")
ACTION = re.compile(r"^(\*|[A-Za-z0-9_-]+:[A-Za-z0-9*?]+)$")
ELEMENTS = {
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
}  # fmt: skip


class MalformedPolicyError(ValueError):
    """The document is not a policy AWS would accept; the message is AWS's."""


@dataclass(frozen=True, slots=True)
class Condition:
    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Principals:
    """Kinds to names: ``{"AWS": ("*",)}``, ``{"Service": ("eks.amazonaws.com",)}``."""

    names: Mapping[str, tuple[str, ...]]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    sid: str
    effect: Effect
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]
    index: int


@dataclass(frozen=True, slots=True)
class Policy:
    """``source`` is what SimulatePrincipalPolicy calls SourcePolicyId."""

    source: str
    statements: tuple[Statement, ...]
    variables: bool  # policy variables exist in version 2012-10-17 alone
    kind: str = field(default="IAM Policy")


def parse(document: str | Mapping[str, Any], source: str = "", *, strict: bool = True) -> Policy:
    """Parse a policy; ``strict`` refuses what IAM refuses when a policy is stored."""
    text = document if isinstance(document, str) else json.dumps(document, default=str)
    return _parse(text, source, strict)


@lru_cache(maxsize=4096)
def _parse(text: str, source: str, strict: bool) -> Policy:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise MalformedPolicyError("This policy contains invalid Json") from error
    if not isinstance(body, dict) or "Statement" not in body:
        raise MalformedPolicyError("Syntax errors in policy.")
    version = str(body.get("Version", "2008-10-17"))
    if strict and version not in VERSIONS:
        raise MalformedPolicyError("The policy must contain a valid version string")
    raw = body["Statement"]
    statements = raw if isinstance(raw, list) else [raw]
    parsed = tuple(_statement(item, index) for index, item in enumerate(statements))
    sids = [item.sid for item in parsed if item.sid]
    if strict and len(sids) != len(set(sids)):
        raise MalformedPolicyError("Statement IDs (SID) in a single policy must be unique.")
    return Policy(source, parsed, version == "2012-10-17")


def _statement(raw: object, index: int) -> Statement:
    if not isinstance(raw, dict) or set(raw) - ELEMENTS:
        raise MalformedPolicyError("Syntax errors in policy.")
    if raw.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicyError("Syntax errors in policy.")
    actions, not_actions = _either(raw, "Action", "NotAction")
    resources, not_resources = _either(raw, "Resource", "NotResource")
    if not actions:
        raise MalformedPolicyError("Policy statement must contain actions.")
    for action in actions:
        if not ACTION.match(action):
            raise MalformedPolicyError(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
            )
    return Statement(
        sid=str(raw.get("Sid", "")),
        effect=raw["Effect"],
        actions=tuple(action.lower() for action in actions),
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principals=_principals(raw),
        conditions=_conditions(raw.get("Condition") or {}),
        index=index,
    )


def _either(raw: Mapping[str, Any], plain: str, negated: str) -> tuple[tuple[str, ...], bool]:
    if plain in raw and negated in raw:
        raise MalformedPolicyError("Syntax errors in policy.")
    return _texts(raw.get(plain, raw.get(negated))), negated in raw


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(_text(item) for item in items)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise MalformedPolicyError("Syntax errors in policy.")


def _principals(raw: Mapping[str, Any]) -> Principals | None:
    negated = "NotPrincipal" in raw
    value = raw.get("Principal", raw.get("NotPrincipal"))
    if value is None:
        return None
    if value == "*":
        return Principals({"AWS": ("*",)}, negated)
    if not isinstance(value, dict):
        raise MalformedPolicyError("Invalid principal in policy.")
    return Principals({kind: _texts(names) for kind, names in value.items()}, negated)


def _conditions(raw: object) -> tuple[Condition, ...]:
    if not isinstance(raw, dict):
        raise MalformedPolicyError("Syntax errors in policy.")
    found = []
    for operator, pairs in raw.items():
        if split_operator(operator).name not in OPERATORS or not isinstance(pairs, dict):
            raise MalformedPolicyError(f"Invalid Condition type : {operator}.")
        found += [Condition(operator, key.lower(), _texts(value)) for key, value in pairs.items()]
    return tuple(found)


def check_identity(policy: Policy) -> None:
    """What IAM demands of a policy that is attached to an identity."""
    for statement in policy.statements:
        if statement.principals is not None:
            raise MalformedPolicyError("Policy document should not specify a principal.")
        if not statement.resources:
            raise MalformedPolicyError("Policy statement must contain resources.")
        for resource in statement.resources:
            if resource != "*" and not resource.startswith("arn:") and not resource.startswith("${"):
                message = f'Resource {resource} must be in ARN format or "*".'
                raise MalformedPolicyError(message)


def check_trust(policy: Policy) -> None:
    """What IAM demands of a role's trust policy."""
    for statement in policy.statements:
        if statement.principals is None:
            raise MalformedPolicyError("Missing required field Principal")
        if statement.resources:
            raise MalformedPolicyError("Has prohibited field Resource")
        if any(not action.startswith(("sts:", "*")) for action in statement.actions):
            raise MalformedPolicyError("AssumeRole policy may only specify STS AssumeRole actions.")
