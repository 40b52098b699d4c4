"""Declared actions as IAM policy documents: statements by guard, packed below IAM's size limit."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regions.clouds.aws.guards import Action, Guard

POLICY_CHARACTERS = 6144  # IAM quota "Managed policy length"; white space does not count
Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Confines:
    """What placeholders and conditions are filled with; `tags` are what marks a resource as ours."""

    account: str
    region: str
    tags: Mapping[str, str]
    boundary: str


def statements(actions: Iterable[Action], confines: Confines) -> list[Statement]:
    """Actions with the same resources and the same condition share a statement."""
    groups: dict[tuple[tuple[str, ...], Guard, str], set[str]] = {}
    for action in _merged_tagging(actions):
        groups.setdefault((action.resources, action.guard, action.detail), set()).add(action.name)
    return [
        _statement(sorted(names), resources, guard, detail, confines)
        for (resources, guard, detail), names in sorted(groups.items())
    ]


def _merged_tagging(actions: Iterable[Action]) -> Iterable[Action]:
    """EC2 says with which call a tag arrives (`ec2:CreateAction`): one statement for all of them."""
    resources: set[str] = set()
    calls: set[str] = set()
    for action in actions:
        if action.name == "ec2:CreateTags" and action.guard is Guard.REQUEST_TAG:
            resources.update(action.resources)
            calls.add(action.detail)
        elif action.guard is Guard.REQUEST_TAG:
            yield Action(action.name, action.resources, action.guard)
        else:
            yield action
    if calls:
        yield Action("ec2:CreateTags", tuple(sorted(resources)), Guard.REQUEST_TAG, ",".join(sorted(calls)))


def _statement(
    names: Sequence[str], resources: Sequence[str], guard: Guard, detail: str, confines: Confines
) -> Statement:
    filled = [one.format(account=confines.account, region=confines.region) for one in resources]
    statement: Statement = {"Effect": "Allow", "Action": list(names), "Resource": filled}
    if condition := _condition(guard, detail, confines):
        statement["Condition"] = condition
    return statement


def _condition(guard: Guard, detail: str, confines: Confines) -> dict[str, Any]:
    match guard:
        case Guard.REQUEST_TAG:
            created = {"ec2:CreateAction": detail.split(",")} if detail else {}
            return {"StringEquals": {**_tagged("RequestTag", confines), **created}}
        case Guard.RESOURCE_TAG:
            return {"StringEquals": _tagged("ResourceTag", confines)}
        case Guard.PASSED_TO:
            return {"StringEquals": {"iam:PassedToService": detail}}
        case Guard.BOUNDARY:
            return {"StringEquals": {"iam:PermissionsBoundary": confines.boundary}}
        case Guard.SERVICE_LINKED:
            return {"StringEquals": {"iam:AWSServiceName": detail}}
        case Guard.FOR_AWS_RESOURCE:
            return {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        case _:
            return {}


def _tagged(which: str, confines: Confines) -> dict[str, str]:
    return {f"aws:{which}/{key}": value for key, value in confines.tags.items()}


def packed(found: Sequence[Statement], limit: int = POLICY_CHARACTERS) -> list[list[Statement]]:
    """Statements in as few documents as their order allows, each below the limit."""
    documents: list[list[Statement]] = []
    for statement in found:
        if documents and characters([*documents[-1], statement]) <= limit:
            documents[-1].append(statement)
        else:
            documents.append([statement])
    return documents


def characters(found: Sequence[Statement]) -> int:
    """Length as IAM counts it."""
    return len(json.dumps({"Version": "2012-10-17", "Statement": list(found)}, separators=(",", ":")))
