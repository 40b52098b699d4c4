"""From declared actions to IAM statements: one service each, as narrow as AWS allows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regions.clouds.aws.guards import Action, Guard
from regions.permissions.identity import CONNECTION_TAG, RoleIdentity
from regions.permissions.verbs import Verb, service_of, verb_of

REQUEST_TAG_KEY = f"aws:RequestTag/{CONNECTION_TAG}"
RESOURCE_TAG_KEY = f"aws:ResourceTag/{CONNECTION_TAG}"
Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key, values."""

WORDS = {
    Guard.REQUEST_TAG: "Create",
    Guard.RESOURCE_TAG: "Change",
    Guard.PASSED_TO: "Pass",
    Guard.BOUNDARY: "Bounded",
    Guard.SERVICE_LINKED: "ServiceLinked",
    Guard.FOR_AWS_RESOURCE: "ForService",
}


@dataclass(frozen=True, slots=True)
class Statement:
    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = ()
    effect: str = "Allow"

    def document(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Action": list(self.actions),
            "Resource": "*" if self.resources == ("*",) else list(self.resources),
        }
        if self.conditions:
            written["Condition"] = _condition(self.conditions)
        return written

    @property
    def size(self) -> int:
        return len(compact(self.document()))


def _condition(conditions: Conditions) -> dict[str, dict[str, Any]]:
    written: dict[str, dict[str, Any]] = defaultdict(dict)
    for operator, key, values in conditions:
        written[operator][key] = values[0] if len(values) == 1 else list(values)
    return dict(written)


def compact(document: Mapping[str, Any]) -> str:
    """JSON without white space: what IAM counts."""
    return json.dumps(document, separators=(",", ":"))


def policy(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [one.document() for one in statements]}


def placed(resource: str, identity: RoleIdentity, region: str = "*") -> str:
    return resource.replace("{account}", identity.account_id).replace("{region}", region)


def conditions(name: str, guard: Guard, details: tuple[str, ...], identity: RoleIdentity) -> Conditions:
    """The conditions of a guard; `details` as `Action.detail`, merged over actions that share a statement."""
    match guard:
        case Guard.ANY:
            return ()
        case Guard.REQUEST_TAG:
            tagged = ("StringEquals", REQUEST_TAG_KEY, (identity.connection_id,))
            making = name == "ec2:CreateTags" and details
            return (tagged, ("StringEquals", "ec2:CreateAction", details)) if making else (tagged,)
        case Guard.RESOURCE_TAG:
            return (("StringEquals", RESOURCE_TAG_KEY, (identity.connection_id,)),)
        case Guard.PASSED_TO:
            return (("StringEquals", "iam:PassedToService", details),)
        case Guard.BOUNDARY:
            return (("StringEquals", "iam:PermissionsBoundary", (identity.boundary_arn,)),)
        case Guard.SERVICE_LINKED:
            return (("StringEquals", "iam:AWSServiceName", details),)
        case Guard.FOR_AWS_RESOURCE:
            return (("Bool", "kms:GrantIsForAWSResource", ("true",)),)


def statements(actions: Iterable[Action], identity: RoleIdentity) -> tuple[Statement, ...]:
    """Actions with the same service, resources and conditions share a statement."""
    shared: dict[tuple[str, Guard, tuple[str, ...], Conditions], list[str]] = defaultdict(list)
    for name, guard, resources, details in _gathered(actions, identity):
        demanded = conditions(name, guard, details, identity)
        shared[service_of(name), guard, resources, demanded].append(name)
    return tuple(_numbered(shared))


def _gathered(
    actions: Iterable[Action], identity: RoleIdentity
) -> list[tuple[str, Guard, tuple[str, ...], tuple[str, ...]]]:
    """Each action once a guard, on all its resources; "*" makes narrower patterns needless."""
    resources: dict[tuple[str, Guard], set[str]] = defaultdict(set)
    details: dict[tuple[str, Guard], set[str]] = defaultdict(set)
    for action in actions:
        key = (action.name, action.guard)
        resources[key].update(placed(one, identity) for one in action.resources)
        details[key].update({action.detail} - {""})
    return [
        (name, guard, ("*",) if "*" in found else tuple(sorted(found)), tuple(sorted(details[name, guard])))
        for (name, guard), found in sorted(resources.items())
    ]


def _plain_word(names: Iterable[str]) -> str:
    return "Read" if {verb_of(name) for name in names} == {Verb.READ} else "Named"


def _numbered(shared: Mapping[tuple[str, Guard, tuple[str, ...], Conditions], list[str]]) -> Iterable[Statement]:
    counted: dict[str, int] = defaultdict(int)
    for (service, guard, resources, demanded), names in sorted(shared.items(), key=lambda item: item[0][:3]):
        word = f"{service.title().replace('-', '')}{WORDS.get(guard) or _plain_word(names)}"
        counted[word] += 1
        yield Statement(f"{word}{counted[word]}", tuple(sorted(names)), resources, demanded)
