"""Assuming roles: external ids, trust, source identity, expiry and revocation."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.aws.state import state
from tests.unit.sandbox_aws.conftest import Account, document

EXTERNAL = "connection-0001"


def trust(vendor: Account, actions: Any = "sts:AssumeRole") -> dict[str, Any]:
    return {
        "Principal": {"AWS": vendor.keys["principal_arn"]},
        "Action": actions,
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL}},
    }


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_the_vendor_assumes_a_role_with_its_external_id(vendor: Account, customer: Account) -> None:
    role = customer.role("deploy", [], trust(vendor))
    session = vendor.assume(role, ExternalId=EXTERNAL)
    answer = session.client("sts").get_caller_identity()
    assert answer["Account"] == customer.id
    assert answer["Arn"] == f"arn:aws:sts::{customer.id}:assumed-role/deploy/test-session"


@pytest.mark.parametrize("given", [{}, {"ExternalId": "another-id"}])
def test_without_or_with_a_wrong_external_id_the_role_is_refused(
    vendor: Account, customer: Account, given: dict[str, str]
) -> None:
    role = customer.role("deploy", [], trust(vendor))
    sts = vendor.client("sts")
    assert refusal(sts.assume_role, RoleArn=role, RoleSessionName="ss", **given) == "AccessDenied"


def test_a_role_that_does_not_exist_is_refused_like_any_other(vendor: Account, customer: Account) -> None:
    role = f"arn:aws:iam::{customer.id}:role/byoc/never-made"
    sts = vendor.client("sts")
    assert refusal(sts.assume_role, RoleArn=role, RoleSessionName="ss", ExternalId=EXTERNAL) == "AccessDenied"


def test_the_callers_own_policy_must_allow_it_too(vendor: Account, customer: Account) -> None:
    other = customer.cloud.account()
    weak = other.acting([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}])
    role = customer.role(
        "open", [], {"Principal": {"AWS": f"arn:aws:iam::{other.id}:root"}, "Action": "sts:AssumeRole"}
    )
    assert refusal(weak.client("sts").assume_role, RoleArn=role, RoleSessionName="ss") == "AccessDenied"
    assert other.assume(role).id == customer.id


def test_a_source_identity_needs_its_own_action_in_the_trust_policy(vendor: Account, customer: Account) -> None:
    plain = customer.role("plain", [], trust(vendor))
    full = customer.role("full", [], trust(vendor, ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]))
    arguments = {"ExternalId": EXTERNAL, "SourceIdentity": "request-7", "Tags": [{"Key": "org", "Value": "acme"}]}
    sts = vendor.client("sts")
    assert refusal(sts.assume_role, RoleArn=plain, RoleSessionName="ss", **arguments) == "AccessDenied"
    vendor.assume(full, **arguments).client("sts").get_caller_identity()
    record = state().calls[-1]
    assert (record.account, record.source_identity) == (customer.id, "request-7")


def test_session_tags_are_principal_tags(vendor: Account, customer: Account) -> None:
    statements = [
        {
            "Effect": "Allow",
            "Action": "ec2:DescribeVpcs",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/org": "acme"}},
        }
    ]
    role = customer.role("tagged", statements, trust(vendor, ["sts:AssumeRole", "sts:TagSession"]))
    with_tag = vendor.assume(role, ExternalId=EXTERNAL, Tags=[{"Key": "org", "Value": "acme"}])
    assert with_tag.client("ec2").describe_vpcs()["Vpcs"]
    without = vendor.assume(role, ExternalId=EXTERNAL)
    assert refusal(without.client("ec2").describe_vpcs) == "UnauthorizedOperation"


def test_a_session_policy_narrows_the_role(vendor: Account, customer: Account) -> None:
    role = customer.role("wide", [{"Effect": "Allow", "Action": "*", "Resource": "*"}], trust(vendor))
    narrow = document([{"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}])
    session = vendor.assume(role, ExternalId=EXTERNAL, Policy=narrow)
    assert session.client("ec2").describe_vpcs()["Vpcs"]
    assert refusal(session.client("ec2").describe_subnets) == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("sts", "get_caller_identity", "ExpiredToken"),
        ("ec2", "describe_vpcs", "RequestExpired"),
        ("eks", "list_clusters", "ExpiredTokenException"),
        ("kms", "list_keys", "ExpiredTokenException"),
        ("s3", "list_buckets", "ExpiredToken"),
    ],
)
def test_an_expired_session_is_told_so_by_each_service(
    vendor: Account, customer: Account, service: str, call: str, code: str
) -> None:
    role = customer.role("short", [], trust(vendor))
    session = vendor.assume(role, ExternalId=EXTERNAL, DurationSeconds=900)
    state().sessions[session.keys["access_key_id"]].expires_at = time.time() - 1
    assert refusal(getattr(session.client(service), call)) == code


@pytest.mark.parametrize("seconds", [899, 3601])
def test_a_duration_outside_the_roles_bounds_is_invalid(vendor: Account, customer: Account, seconds: int) -> None:
    role = customer.role("bounded", [], trust(vendor))
    sts = vendor.client("sts")
    arguments = {
        "RoleArn": role,
        "RoleSessionName": "ss",
        "ExternalId": EXTERNAL,
        "DurationSeconds": max(seconds, 900),
    }
    if seconds > 3600:
        assert refusal(sts.assume_role, **arguments) == "ValidationError"
    else:
        assert sts.assume_role(**arguments)["Credentials"]


def test_revoking_sessions_ends_those_that_exist(vendor: Account, customer: Account) -> None:
    role = customer.role("revoked", [], trust(vendor))
    session = vendor.assume(role, ExternalId=EXTERNAL)
    customer.cloud.ask("POST", "revoke-sessions", {"account_id": customer.id, "role_name": "revoked"})
    assert refusal(session.client("sts").get_caller_identity) == "ExpiredToken"
    assert vendor.assume(role, ExternalId=EXTERNAL).client("sts").get_caller_identity()


def test_the_consoles_way_of_revoking_older_sessions_works(vendor: Account, customer: Account) -> None:
    statements = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    role = customer.role("older", statements, trust(vendor))
    session = vendor.assume(role, ExternalId=EXTERNAL)
    now = datetime.fromtimestamp(time.time() + 2, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    deny = {
        "Effect": "Deny",
        "Action": ["*"],
        "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": now}},
    }
    customer.client("iam").put_role_policy(
        RoleName="older", PolicyName="AWSRevokeOlderSessions", PolicyDocument=document([deny])
    )
    assert refusal(session.client("ec2").describe_vpcs) == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("eks", "list_clusters", "UnrecognizedClientException"),
        ("kms", "list_keys", "UnrecognizedClientException"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ],
)
def test_an_unknown_key_is_refused_in_the_services_own_shape(
    cloud: Any, service: str, call: str, code: str
) -> None:
    nobody = Account(
        cloud, {"account_id": "-", "access_key_id": "AKIANOBODY0000000000", "secret_access_key": "x" * 40}
    )
    assert refusal(getattr(nobody.client(service), call)) == code
