"""The evaluator, by the examples of AWS's documentation (IAM User Guide)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.aws.policy.conditions import holds
from sandbox.aws.policy.documents import MalformedPolicyError, check_identity, check_trust, parse
from sandbox.aws.policy.evaluate import Decision, Outcome, PolicySet, Principal, Request, evaluate, refusal
from sandbox.aws.policy.matching import resource_matches

ACCOUNT = "123456789012"
ME = Principal(f"arn:aws:iam::{ACCOUNT}:user/JohnDoe", ACCOUNT)
Statements = list[dict[str, Any]]


def policy(*statements: Mapping[str, Any]) -> Any:
    return parse({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **extra: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **extra}


def deny(action: Any, resource: Any = "*", **extra: Any) -> dict[str, Any]:
    return {**allow(action, resource, **extra), "Effect": "Deny"}


def decide(policies: PolicySet, action: str, resource: str = "*", **context: Any) -> Decision:
    keys = {name.replace("__", ":").replace("_SLASH_", "/").lower(): value for name, value in context.items()}
    return evaluate(Request(action, resource, keys, ME), policies)


def identity(*statements: Mapping[str, Any]) -> PolicySet:
    return PolicySet(identity=(policy(*statements),))


def test_nothing_is_allowed_by_default() -> None:
    assert decide(PolicySet(), "s3:GetObject").outcome is Outcome.IMPLICIT_DENY


def test_an_explicit_deny_overrides_every_allow() -> None:
    decision = decide(identity(allow("s3:*"), deny("s3:DeleteBucket")), "s3:DeleteBucket", "arn:aws:s3:::b")
    assert decision.outcome is Outcome.EXPLICIT_DENY


@pytest.mark.parametrize("action", ["iam:ListAccessKeys", "IAM:LISTACCESSKEYS", "iam:listaccesskeys"])
def test_actions_ignore_case(action: str) -> None:
    assert decide(identity(allow("iam:*AccessKey*")), action).allowed


def test_not_action_allows_what_is_not_named() -> None:
    policies = identity({"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"})
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/key").allowed
    assert not decide(policies, "s3:DeleteBucket", "arn:aws:s3:::bucket").allowed


def test_not_resource_denies_everything_but_what_is_named() -> None:
    names = ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]
    policies = identity(allow("s3:*"), {"Effect": "Deny", "Action": "s3:*", "NotResource": names})
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/may").allowed
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::Other/x").outcome is Outcome.EXPLICIT_DENY


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", "arn:aws:ec2:us-east-1:1:vpc/v", True),
        ("arn:aws:s3:::amzn-s3-demo-bucket/*", "arn:aws:s3:::amzn-s3-demo-bucket/a/b", True),
        ("arn:aws:s3:::amzn-s3-demo-bucket/*", "arn:aws:s3:::amzn-s3-demo-bucket", False),
        ("arn:aws:s3:::AMZN/*", "arn:aws:s3:::amzn/x", False),
        ("arn:aws:sqs:*:111122223333:queue1", "arn:aws:sqs:eu-west-1:111122223333:queue1", True),
        ("arn:aws:ec2:*:*:instance/i-?", "arn:aws:ec2:eu-west-1:1:instance/i-1", True),
        ("arn:aws:iam::*:role/byoc/*", "arn:aws:iam::1:role/byoc/deploy", True),
        ("arn:aws:iam::*:role/byoc/*", "arn:aws:iam::1:role/other", False),
        ("arn:aws:logs:*:*:log-group:/byoc/*", "arn:aws:logs:r:1:log-group:/byoc/x:log-stream:", True),
        ("arn:*", "arn:aws:iam::1:role/x", True),
    ],
)
def test_resources(pattern: str, arn: str, expected: bool) -> None:
    assert resource_matches(pattern, arn) is expected


def test_a_policy_variable_stands_for_the_callers_name() -> None:
    policies = identity(allow("s3:GetObject", "arn:aws:s3:::bucket/${aws:username}/*"))
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/JohnDoe/x", aws__username=["JohnDoe"]).allowed
    assert not decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/Jane/x", aws__username=["JohnDoe"]).allowed
    assert not decide(policies, "s3:GetObject", "arn:aws:s3:::bucket//x").allowed


def test_a_variable_may_have_a_default() -> None:
    policies = identity(allow("s3:*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'company-wide'}"))
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/company-wide").allowed


def test_a_quoted_asterisk_is_an_asterisk() -> None:
    policies = identity(allow("s3:*", "arn:aws:s3:::bucket/${*}"))
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/*").allowed
    assert not decide(policies, "s3:GetObject", "arn:aws:s3:::bucket/other").allowed


def test_variables_do_not_exist_in_the_older_version() -> None:
    old = parse({"Version": "2008-10-17", "Statement": [allow("s3:*", "arn:aws:s3:::b/${aws:username}")]})
    request = Request("s3:GetObject", "arn:aws:s3:::b/JohnDoe", {"aws:username": ["JohnDoe"]}, ME)
    assert not evaluate(request, PolicySet(identity=(old,))).allowed


CONDITIONS = [
    ("StringEquals", "aws:principaltag/job", ["iamuser-admin"], ["iamuser-admin"], True),
    ("StringEquals", "aws:principaltag/job", ["iamuser-admin"], ["IAMUSER-ADMIN"], False),
    ("StringEqualsIgnoreCase", "aws:principaltag/job", ["a"], ["A"], True),
    ("StringEquals", "aws:principaltag/job", ["a"], None, False),
    ("StringEqualsIfExists", "aws:principaltag/job", ["a"], None, True),
    ("StringNotEquals", "aws:principaltag/job", ["a"], None, True),
    ("StringNotEquals", "aws:principaltag/job", ["a", "b"], ["b"], False),
    ("StringLike", "s3:prefix", ["", "home/*"], ["home/x"], True),
    ("StringNotLike", "s3:prefix", ["home/*"], ["home/x"], False),
    ("NumericLessThanEquals", "s3:max-keys", ["10"], ["10"], True),
    ("NumericGreaterThan", "s3:max-keys", ["10"], ["10"], False),
    ("DateGreaterThan", "aws:currenttime", ["2020-04-01T00:00:00Z"], ["2024-01-01T00:00:00Z"], True),
    ("DateLessThan", "aws:tokenissuetime", ["2020-04-01T00:00:00Z"], ["2024-01-01T00:00:00Z"], False),
    ("DateLessThan", "aws:epochtime", ["1600000000"], ["1500000000"], True),
    ("Bool", "aws:securetransport", ["false"], ["true"], False),
    ("Bool", "aws:securetransport", ["true"], ["True"], True),
    ("IpAddress", "aws:sourceip", ["203.0.113.0/24"], ["203.0.113.9"], True),
    ("NotIpAddress", "aws:sourceip", ["192.0.2.0/24", "203.0.113.0/24"], ["198.51.100.1"], True),
    ("IpAddress", "aws:sourceip", ["2001:db8::/32"], ["2001:db8::1"], True),
    ("ArnEquals", "aws:sourcearn", ["arn:aws:sns:*:1:topic"], ["arn:aws:sns:eu:1:topic"], True),
    ("ArnLike", "aws:sourcearn", ["arn:aws:sns:*"], ["arn:aws:sns:eu:1:topic"], False),
    ("ArnNotLike", "aws:principalarn", ["arn:aws:iam::*:role/x"], ["arn:aws:iam::1:role/x"], False),
    ("Null", "aws:multifactorauthage", ["true"], None, True),
    ("Null", "aws:multifactorauthage", ["false"], None, False),
    ("Null", "aws:tokenissuetime", ["false"], ["2024-01-01T00:00:00Z"], True),
    ("BinaryEquals", "key", ["QmluYXJ5"], ["QmluYXJ5"], True),
    ("ForAllValues:StringEquals", "aws:tagkeys", ["env", "team"], ["env"], True),
    ("ForAllValues:StringEquals", "aws:tagkeys", ["env"], ["env", "team"], False),
    ("ForAllValues:StringEquals", "aws:tagkeys", ["env"], None, True),
    ("ForAnyValue:StringEquals", "aws:tagkeys", ["env"], ["env", "team"], True),
    ("ForAnyValue:StringEquals", "aws:tagkeys", ["env"], None, False),
    ("ForAnyValue:StringNotEquals", "aws:tagkeys", ["env"], ["env", "team"], True),
    ("ForAllValues:StringNotLike", "aws:tagkeys", ["aws:*"], ["env", "aws:x"], False),
]


@pytest.mark.parametrize(("operator", "key", "wanted", "found", "expected"), CONDITIONS)
def test_condition_operators(
    operator: str, key: str, wanted: list[str], found: list[str] | None, expected: bool
) -> None:
    context = {} if found is None else {key: found}
    assert holds(operator, key, wanted, context, variables=True) is expected


def test_all_lines_of_a_condition_must_hold() -> None:
    condition = {"StringEquals": {"aws:RequestTag/env": "prod"}, "Bool": {"aws:SecureTransport": "true"}}
    policies = identity(allow("ec2:CreateVpc", Condition=condition))
    both: dict[str, Any] = {"aws__requesttag_SLASH_env": ["prod"], "aws__securetransport": ["true"]}
    assert decide(policies, "ec2:CreateVpc", **both).allowed
    assert not decide(policies, "ec2:CreateVpc", aws__securetransport=["true"]).allowed


def test_a_permissions_boundary_limits_but_never_grants() -> None:
    boundary = (policy(allow(["s3:*", "cloudwatch:*", "ec2:*"])),)
    policies = PolicySet(
        identity=(policy(allow("iam:CreateUser"), allow("s3:ListAllMyBuckets")),), boundary=boundary
    )
    refused = decide(policies, "iam:CreateUser")
    assert (refused.outcome, refused.because) == (Outcome.IMPLICIT_DENY, "permissions boundary")
    assert decide(policies, "s3:ListAllMyBuckets").allowed
    assert not decide(policies, "ec2:DescribeVpcs").allowed


def test_a_session_policy_is_an_intersection() -> None:
    policies = PolicySet(identity=(policy(allow("s3:*")),), session=(policy(allow("s3:GetObject")),))
    assert decide(policies, "s3:GetObject", "arn:aws:s3:::b/k").allowed
    assert decide(policies, "s3:PutObject", "arn:aws:s3:::b/k").because == "session policy"


def trusting(principal: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}


def judged(resource_policy: Any, own: PolicySet, owner: str = ACCOUNT) -> Decision:
    policies = PolicySet(identity=own.identity, resource=(policy(resource_policy),))
    return evaluate(Request("s3:GetObject", "arn:aws:s3:::b/k", {}, ME, owner), policies)


def test_in_one_account_a_resource_policy_that_names_the_user_is_enough() -> None:
    assert judged(trusting({"AWS": ME.arn}), PolicySet()).allowed
    assert not judged(trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), PolicySet()).allowed


def test_across_accounts_both_sides_must_allow() -> None:
    mine = identity(allow("s3:*"))
    assert judged(trusting({"AWS": ACCOUNT}), mine, "999999999999").allowed
    assert not judged(trusting({"AWS": ACCOUNT}), PolicySet(), "999999999999").allowed
    assert judged(trusting({"AWS": "111111111111"}), mine, "999999999999").because == "resource-based policy"


def test_refusals_speak_as_aws_does() -> None:
    request = Request("ec2:CreateVpc", "*", {}, ME)
    sentence = refusal(ME.arn, request, evaluate(request, PolicySet()))
    assert sentence == (
        f"User: {ME.arn} is not authorized to perform: ec2:CreateVpc because no identity-based policy allows the "
        "ec2:CreateVpc action"
    )
    request = Request("s3:GetObject", "arn:aws:s3:::b/k", {}, ME)
    sentence = refusal(ME.arn, request, evaluate(request, identity(deny("s3:*"))))
    assert sentence.endswith("on resource: arn:aws:s3:::b/k with an explicit deny in an identity-based policy")


SOUND = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MALFORMED: list[Any] = [
    {},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Effect": "Maybe"}]},
    {"Version": "2011-01-01", "Statement": [SOUND]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Action": "CreateVpc"}]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Resource": "bucket"}]},
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Actoin": "*"}]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "NotAction": "*"}]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Condition": {"StringEqual": {"a": "b"}}}]},
    {"Version": "2012-10-17", "Statement": [{**SOUND, "Sid": "One"}, {**SOUND, "Sid": "One"}]},
]


@pytest.mark.parametrize("text", ["{", *(json.dumps(item) for item in MALFORMED)])
def test_malformed_policies_are_refused(text: str) -> None:
    with pytest.raises(MalformedPolicyError):
        check_identity(parse(text))


def test_a_trust_policy_names_principals_and_no_resources() -> None:
    with pytest.raises(MalformedPolicyError, match="Principal"):
        check_trust(policy({"Effect": "Allow", "Action": "sts:AssumeRole"}))
    with pytest.raises(MalformedPolicyError, match="Resource"):
        check_trust(policy({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}))
