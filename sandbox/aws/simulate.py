"""SimulatePrincipalPolicy and SimulateCustomPolicy, by the evaluator that judges real calls."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.aws.authorize import attached, boundary_of
from sandbox.aws.context import stamp
from sandbox.aws.credentials import iam
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.policy.documents import MalformedPolicyError, Policy, parse
from sandbox.aws.policy.evaluate import (
    Decision,
    Match,
    PolicySet,
    Principal,
    Request,
    action_matches,
    evaluate,
)
from sandbox.aws.policy.matching import Context
from sandbox.aws.requests import Call

KINDS = {"identity-based policy": "IAM Policy", "resource-based policy": "Resource Policy",
         "permissions boundary": "IAM Permissions Boundary Policy"}  # fmt: skip
SUPPLIED = ("aws:currenttime", "aws:epochtime", "aws:principalarn", "aws:principalaccount")


@answers("iam", "SimulatePrincipalPolicy")
def simulate_principal(call: Call) -> Mapping[str, Any]:
    arn = str(call.params["PolicySourceArn"])
    entity = _entity(call, arn)
    identity = (*attached(entity, call.account), *_inputs(call, "PolicyInputList"))
    boundary = _boundary(call)
    if boundary is None:
        boundary = boundary_of(entity, call.account)
    return _results(
        call, PolicySet(identity=identity, boundary=boundary), str(call.params.get("CallerArn") or arn)
    )


@answers("iam", "SimulateCustomPolicy")
def simulate_custom(call: Call) -> Mapping[str, Any]:
    policies = PolicySet(identity=_inputs(call, "PolicyInputList"), boundary=_boundary(call))
    return _results(call, policies, str(call.params.get("CallerArn") or ""))


def _entity(call: Call, arn: str) -> Any:
    backend = iam(call.account)
    entities = (*backend.roles.values(), *backend.users.values(), *backend.groups.values())
    found = next((item for item in entities if item.arn == arn), None)
    if found is None:
        raise AwsError("NoSuchEntity", f"The entity {arn} cannot be found.", 404)
    return found


def _inputs(call: Call, name: str) -> tuple[Policy, ...]:
    texts = call.params.get(name) or []
    try:
        return tuple(parse(text, f"{name}.{index}") for index, text in enumerate(texts, start=1))
    except MalformedPolicyError as error:
        raise AwsError("InvalidInput", str(error), 400) from error


def _boundary(call: Call) -> tuple[Policy, ...] | None:
    given = _inputs(call, "PermissionsBoundaryPolicyInputList")
    return given or None


def _context(call: Call, caller: str) -> Context:
    keys: dict[str, Sequence[str]] = {
        "aws:currenttime": (stamp(time.time()),),
        "aws:epochtime": (str(int(time.time())),),
    }
    if caller:
        keys["aws:principalarn"] = (caller,)
        keys["aws:principalaccount"] = (caller.split(":")[4],)
    for entry in call.params.get("ContextEntries") or []:
        keys[str(entry["ContextKeyName"]).lower()] = tuple(entry.get("ContextKeyValues") or ())
    return keys


def _results(call: Call, policies: PolicySet, caller: str) -> Mapping[str, Any]:
    """One result for each action on each resource."""
    context = _context(call, caller)
    resource_policy = call.params.get("ResourcePolicy")
    if resource_policy:
        found = (parse(str(resource_policy), "ResourcePolicy"),)
        policies = PolicySet(policies.identity, found, policies.boundary)
    principal = Principal(caller, caller.split(":")[4]) if caller else None
    out = []
    for action in call.params.get("ActionNames") or []:
        for resource in call.params.get("ResourceArns") or ["*"]:
            request = Request(str(action), str(resource), context, principal)
            out.append(_result(request, policies))
    return {"EvaluationResults": out, "IsTruncated": False}


def _result(request: Request, policies: PolicySet) -> dict[str, Any]:
    decision = evaluate(request, policies)
    matched = [_matched(match) for match in decision.matches]
    missing = _missing(request, policies)
    result: dict[str, Any] = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": decision.outcome.value,
        "MatchedStatements": matched,
        "MissingContextValues": missing,
        "ResourceSpecificResults": [
            {
                "EvalResourceName": request.resource,
                "EvalResourceDecision": decision.outcome.value,
                "MatchedStatements": matched,
                "MissingContextValues": missing,
            }
        ],
    }
    if decision.boundary_allows is not None:
        result["PermissionsBoundaryDecisionDetail"] = _boundary_detail(decision)
        result["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"] = _boundary_detail(decision)
    return result


def _boundary_detail(decision: Decision) -> dict[str, bool]:
    return {"AllowedByPermissionsBoundary": bool(decision.boundary_allows)}


def _matched(match: Match) -> dict[str, Any]:
    return {
        "SourcePolicyId": match.policy.source,
        "SourcePolicyType": KINDS.get(match.policy_type, "none"),
        "StartPosition": {"Line": match.statement.index + 1, "Column": 1},
        "EndPosition": {"Line": match.statement.index + 1, "Column": 2},
    }


def _missing(request: Request, policies: PolicySet) -> list[str]:
    """Condition keys that statements about this action ask for and nobody supplied."""
    found: dict[str, None] = {}
    for policy in (*policies.identity, *(policies.boundary or ())):
        for statement in policy.statements:
            if action_matches(statement, request.action):
                for condition in statement.conditions:
                    if condition.key not in request.context and condition.key not in SUPPLIED:
                        found[condition.key] = None
    return list(found)
