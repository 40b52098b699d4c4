"""Our evaluator and another one, case by case: collected only where the other can run."""

import itertools
from typing import Any

from sandbox.aws.policy.documents import parse
from sandbox.aws.policy.evaluate import Outcome, PolicySet, Principal, Request, evaluate
from tests.unit.sandbox_aws.iam_simulate import simulate

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"
REGION = "byoc:region"
WORDS = {
    Outcome.ALLOWED: "Allowed",
    Outcome.IMPLICIT_DENY: "ImplicitlyDenied",
    Outcome.EXPLICIT_DENY: "ExplicitlyDenied",
}
VPC = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/byoc/node"
OBJECT = "arn:aws:s3:::byoc-state/alice/x"


def statement(effect: str, action: Any, resource: Any = "*", condition: Any = None) -> dict[str, Any]:
    base = {"Effect": effect, "Action": action, "Resource": resource}
    return {**base, "Condition": condition} if condition else base


def equals(key: str, value: Any, operator: str = "StringEquals") -> dict[str, Any]:
    return {operator: {key: value}}


ELSEWHERE = equals("aws:RequestedRegion", "us-east-1")
TO_CLUSTERS = equals("iam:PassedToService", ["eks.amazonaws.com", "ec2.amazonaws.com"])
POLICIES = [
    [statement("Allow", "*")],
    [statement("Allow", ["ec2:*", "s3:Get*", "iam:PassRole"])],
    [statement("Allow", "ec2:Delete*", "arn:aws:ec2:*:*:vpc/*", equals(f"aws:ResourceTag/{REGION}", "r1"))],
    [statement("Allow", "ec2:DeleteVpc", VPC), statement("Deny", "ec2:DeleteVpc", "*", ELSEWHERE)],
    [statement("Allow", "iam:PassRole", "arn:aws:iam::*:role/byoc/*", TO_CLUSTERS)],
    [statement("Allow", "iam:*", "arn:aws:iam::*:role/other/*")],
    [statement("Allow", "s3:GetObject", "arn:aws:s3:::byoc-state/${aws:username}/*")],
    [statement("Allow", "s3:*", "arn:aws:s3:::byoc-*/*", equals("aws:SourceIp", "192.0.2.0/24", "IpAddress"))],
    [statement("Allow", "*"), statement("Deny", "*", "*", equals("aws:SecureTransport", "false", "Bool"))],
    [statement("Allow", "*", "*", equals("aws:PrincipalTag/team", "none", "StringNotEquals"))],
    [statement("Allow", "*", "*", equals("aws:PrincipalTag/team", "core", "StringEqualsIfExists"))],
    [statement("Allow", "*", "*", equals("aws:PrincipalTag/team", "true", "Null"))],
    [statement("Allow", "*", "*", equals("aws:PrincipalArn", "arn:aws:iam::*:user/a*", "ArnLike"))],
    [statement("Allow", "*", "*", equals("aws:PrincipalAccount", "12345678901?", "StringLike"))],
    [{"Effect": "Allow", "NotAction": ["iam:*", "ec2:DeleteVpc"], "Resource": "*"}],
    [{"Effect": "Allow", "Action": "*", "NotResource": ["arn:aws:s3:::*"]}],
    [statement("Allow", "*", "*", equals("aws:CurrentTime", "2020-01-01T00:00:00Z", "DateGreaterThan"))],
]  # fmt: skip
REQUESTS = [
    ("ec2:DeleteVpc", VPC, {f"aws:ResourceTag/{REGION}": "r1", "aws:RequestedRegion": "eu-west-1"}),
    ("ec2:DeleteVpc", VPC, {f"aws:ResourceTag/{REGION}": "r2", "aws:RequestedRegion": "us-east-1"}),
    ("iam:PassRole", ROLE, {"iam:PassedToService": "eks.amazonaws.com", "aws:PrincipalTag/team": "core"}),
    ("iam:PassRole", ROLE, {"iam:PassedToService": "lambda.amazonaws.com", "aws:PrincipalTag/team": "none"}),
    ("s3:GetObject", OBJECT, {"aws:SourceIp": "192.0.2.9", "aws:SecureTransport": "true"}),
    ("s3:GetObject", OBJECT, {"aws:SourceIp": "198.51.100.9", "aws:SecureTransport": "false"}),
]
SHARED = {
    "aws:username": "alice",
    "aws:PrincipalArn": USER,
    "aws:PrincipalAccount": ACCOUNT,
    "aws:CurrentTime": "2026-01-01T00:00:00Z",
}
BOUNDARIES: list[Any] = [None, [statement("Allow", ["ec2:*", "s3:GetObject"])]]
CASES = list(itertools.product(POLICIES, REQUESTS, BOUNDARIES))


def document(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def theirs(case: tuple[Any, Any, Any]) -> dict[str, Any]:
    statements, (action, resource, keys), boundary = case
    simulation: dict[str, Any] = {
        "identityPolicies": [{"name": "own", "policy": document(statements)}],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
        "request": {
            "principal": USER,
            "action": action,
            "resource": {"resource": resource, "accountId": ACCOUNT},
            "contextVariables": {**SHARED, **keys},
        },
    }
    if boundary:
        simulation["permissionBoundaryPolicies"] = [{"name": "limit", "policy": document(boundary)}]
    return simulation


def ours(case: tuple[Any, Any, Any]) -> str:
    statements, (action, resource, keys), boundary = case
    context = {key.lower(): (value,) for key, value in {**SHARED, **keys}.items()}
    limits = (parse(document(boundary)),) if boundary else None
    policies = PolicySet(identity=(parse(document(statements)),), boundary=limits)
    request = Request(action, resource, context, Principal(USER, ACCOUNT))
    return WORDS[evaluate(request, policies).outcome]


def test_two_evaluators_agree_on_every_case() -> None:
    answers = simulate([theirs(case) for case in CASES])
    different = [
        (case, answer, ours(case)) for case, answer in zip(CASES, answers, strict=True) if answer != ours(case)
    ]
    assert different == []
    assert set(answers) == set(WORDS.values())
