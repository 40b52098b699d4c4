"""The bundle: everything the code declares, as narrow as IAM allows, within IAM's limits."""

import json
import re
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from regions.clouds.aws.actions import all_actions
from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.packing import POLICIES_PER_ROLE, POLICY_CHARACTERS, pack
from regions.clouds.aws.policies import Statement, compact, statements
from regions.clouds.aws.verbs import Verb, verb_of
from regions.permissions.boundary import boundary_policy, boundary_statements
from regions.permissions.bundle import Bundle, bundle, current
from regions.permissions.document import ROLES, beyond_reason
from regions.permissions.identity import RoleIdentity
from regions.permissions.leaving import LEAVING
from regions.permissions.running import RUNNING
from regions.permissions.verification import READINGS
from regions.permissions.watching import WATCHING
from regions.spec import RoleName
from sandbox.aws.policy.documents import parse
from sandbox.aws.policy.evaluate import PolicySet, Request, evaluate

ME = RoleIdentity(
    account_id="123456789012",
    connection_id="01938c2e-7c1a-7bde-8f00-00a1b2c3d4e5",
    short="a1b2c3d4e5",
    external_id="an-external-id-of-this-connection",
    principal_arn="arn:aws:iam::111111111111:user/byoc-control-plane",
)

CANNOT_BE_NARROWED = {
    "ecr:CreatePullThroughCacheRule",
    "ecr:DeletePullThroughCacheRule",
    "route53:CreateHostedZone",
}
"""AWS takes neither a resource nor a tag as a condition for these (Service Authorization Reference)."""


def allowed() -> list[dict[str, object]]:
    return [
        one
        for policy in current().policies(ME)
        for one in policy.document["Statement"]
        if one["Effect"] == "Allow"
    ]


def test_every_action_that_the_kinds_declare_is_in_the_bundle_and_nothing_else() -> None:
    beside = (*READINGS, *RUNNING, *WATCHING, *LEAVING)
    declared = {action.name for action in all_actions()} | {each.action.name for each in beside}
    assert set(current().actions) == declared
    assert {name for one in allowed() for name in one["Action"]} == declared  # type: ignore[attr-defined]


def test_policies_fit_into_what_iam_takes() -> None:
    policies = current().policies(ME)
    assert len(policies) <= POLICIES_PER_ROLE
    for policy in policies:
        assert len(re.sub(r"\s", "", json.dumps(policy.document))) <= POLICY_CHARACTERS
    assert len(compact(boundary_policy(ME))) <= POLICY_CHARACTERS


def test_statements_hold_one_service_each_and_their_names_are_unique_and_plain() -> None:
    for policy in current().policies(ME):
        sids = [one["Sid"] for one in policy.document["Statement"]]
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)
    assert all(len({name.partition(":")[0] for name in one["Action"]}) == 1 for one in allowed())  # type: ignore[attr-defined]


def test_what_is_created_carries_our_tag_and_what_is_changed_carries_it_already() -> None:
    tags = {"StringEquals": {"aws:RequestTag/byoc:connection": ME.connection_id}}
    change = {"StringEquals": {"aws:ResourceTag/byoc:connection": ME.connection_id}}
    made = next(one for one in allowed() if one["Action"] == ["ec2:CreateVpc"])
    changed = next(one for one in allowed() if "ec2:DeleteVpc" in one["Action"])  # type: ignore[operator]
    assert made["Condition"] == tags
    assert changed["Condition"] == change


def test_nothing_that_changes_is_allowed_on_everything_without_a_condition() -> None:
    open_ones = [
        name
        for one in allowed()
        if one["Resource"] == "*" and "Condition" not in one
        for name in one["Action"]  # type: ignore[attr-defined]
        if verb_of(name) is not Verb.READ
    ]
    assert set(open_ones) <= CANNOT_BE_NARROWED


def test_tags_are_put_on_new_things_alone() -> None:
    tagging = [one for one in allowed() if one["Action"] == ["ec2:CreateTags"]]
    for one in tagging:
        conditions = one["Condition"]["StringEquals"]  # type: ignore[index]
        assert "ec2:CreateAction" in conditions or "aws:ResourceTag/byoc:connection" in conditions


@pytest.mark.parametrize(
    ("held", "taken"),
    [
        ({}, True),
        (
            {"kms:keyspec": ("SYMMETRIC_DEFAULT",), "kms:keyorigin": ("AWS_KMS",), "kms:multiregion": ("false",)},
            True,
        ),
        ({"kms:resourcealiases": ("alias/payroll",)}, False),
        ({"kms:keyspec": ("RSA_4096",)}, False),
        ({"kms:keyorigin": ("EXTERNAL",)}, False),
        ({"kms:multiregion": ("true",)}, False),
        ({"aws:resourcetag/byoc:connection": ("another",)}, False),
    ],
)
def test_only_a_plain_key_of_nobody_is_tagged_as_ours(held: dict[str, tuple[str, ...]], taken: bool) -> None:
    documents = tuple(parse(policy.document) for policy in current().policies(ME))
    carried = {"aws:requesttag/byoc:connection": (ME.connection_id,), **held}
    key = f"arn:aws:kms:eu-central-1:{ME.account_id}:key/1"
    assert evaluate(Request("kms:TagResource", key, carried), PolicySet(identity=documents)).allowed is taken


def test_a_key_in_use_cannot_be_tagged_as_ours_and_then_taken_over() -> None:
    tagging = [one for one in allowed() if "kms:TagResource" in one["Action"]]  # type: ignore[operator]
    conditions = [one["Condition"] for one in tagging]
    assert all(
        one.get("Null") == {"kms:ResourceAliases": "true"}  # type: ignore[attr-defined]
        or "aws:ResourceTag/byoc:connection" in one["StringEquals"]  # type: ignore[index]
        for one in conditions
    )


@pytest.mark.parametrize(
    ("action", "resource", "within"),
    [
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/Admin", False),
        ("ssm:SendCommand", "arn:aws:ec2:eu-central-1:123456789012:instance/i-1", False),
        ("ssm:StartSession", "arn:aws:ec2:eu-central-1:123456789012:instance/i-1", False),
        ("ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/password", False),
        ("s3:GetObject", "arn:aws:s3:::payroll/2026.csv", False),
        ("s3:GetObject", "arn:aws:s3:::byoc-a1b2c3d4e5-state/x", True),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:bank", False),
        ("secretsmanager:CreateSecret", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1", True),
        ("sts:GetCallerIdentity", "*", True),
        ("ec2:DescribeVpcs", "*", True),
    ],
)
def test_no_role_of_ours_leads_beyond_what_is_ours(action: str, resource: str, within: bool) -> None:
    limit = parse(boundary_policy(ME))
    everything = parse({"Version": "2012-10-17", "Statement": [Statement("All", ("*",), ("*",)).document()]})
    found = evaluate(Request(action, resource, {}), PolicySet(identity=(everything,), boundary=(limit,)))
    assert found.allowed is within


@pytest.mark.parametrize(
    ("action", "account", "within"),
    [
        ("kms:Decrypt", "123456789012", True),
        ("kms:Decrypt", "222222222222", False),
        ("kms:Decrypt", "", True),
        ("rds:CopyDBSnapshot", "222222222222", False),
        ("logs:PutLogEvents", "123456789012", True),
        ("logs:PutSubscriptionFilter", "123456789012", False),
        ("ecr:BatchGetImage", "602401143452", True),
        ("ecr:SetRepositoryPolicy", "123456789012", False),
        ("ec2:ModifySnapshotAttribute", "123456789012", False),
        ("rds:ModifyDBSnapshotAttribute", "123456789012", False),
        ("ssm:PutParameter", "123456789012", False),
        ("ssm:PutInventory", "123456789012", True),
    ],
)
def test_no_role_of_ours_carries_data_out_of_the_account(action: str, account: str, within: bool) -> None:
    limit = parse(boundary_policy(ME))
    everything = parse({"Version": "2012-10-17", "Statement": [Statement("All", ("*",), ("*",)).document()]})
    carried = {"aws:resourceaccount": (account,)} if account else {}
    found = evaluate(Request(action, "*", carried), PolicySet(identity=(everything,), boundary=(limit,)))
    assert found.allowed is within


def test_the_boundary_denies_nothing_that_a_region_is_made_with() -> None:
    denied = [one for one in boundary_statements(ME) if one.effect == "Deny" and one.resources == ("*",)]
    never = [pattern for one in denied if not one.conditions for pattern in one.actions]
    ours = {action.name for action in all_actions()}
    assert [name for name in ours for pattern in never if fnmatchcase(name, pattern)] == []


def test_roles_are_made_under_our_path_with_the_boundary_and_passed_to_named_services() -> None:
    made = next(one for one in allowed() if "iam:CreateRole" in one["Action"])  # type: ignore[operator]
    assert made["Resource"] == [f"arn:aws:iam::{ME.account_id}:role/byoc/*"]
    assert made["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": ME.boundary_arn}}
    passed = next(one for one in allowed() if one["Action"] == ["iam:PassRole"])
    services = passed["Condition"]["StringEquals"]["iam:PassedToService"]  # type: ignore[index]
    assert "eks.amazonaws.com" in services
    assert all(one.endswith(".amazonaws.com") for one in services)


def test_the_role_is_denied_changes_to_itself_its_policies_and_the_boundary() -> None:
    denied = [
        one for policy in current().policies(ME) for one in policy.document["Statement"] if one["Effect"] == "Deny"
    ]
    resources = {resource for one in denied for resource in one["Resource"]}
    assert {ME.role_arn, ME.boundary_arn, ME.policies_arn} <= resources
    assert all("Condition" not in one for one in denied)


def test_the_version_is_the_same_for_every_connection_and_changes_with_any_action() -> None:
    other = replace(ME, connection_id="another", account_id="210987654321")
    assert current().policies(ME) != current().policies(other)
    small = bundle([("VPC", (Action("ec2:CreateVpc", ("*",), Guard.REQUEST_TAG),))])
    larger = bundle([("VPC", (Action("ec2:CreateVpc", ("*",), Guard.REQUEST_TAG), Action("ec2:DescribeVpcs")))])
    assert len({small.version, larger.version, current().version}) == 3
    assert isinstance(small, Bundle)


def test_what_goes_beyond_the_document_says_why() -> None:
    for grant in current().grants:
        beyond = beyond_reason(grant.service)
        assert bool(grant.beyond) or not beyond, grant.name
    quotas = current().grant("servicequotas:GetServiceQuota")
    assert quotas
    assert "quota" in quotas.beyond


def test_a_statement_that_no_policy_holds_is_halved_and_eleven_policies_are_an_error() -> None:
    long = Statement("Long", tuple(f"ec2:Describe{number:04}" for number in range(500)), ("*",))
    packed = pack([long])
    assert len(packed) == 2
    assert {name for one in packed for part in one for name in part.actions} == set(long.actions)
    with pytest.raises(ValueError, match="a role holds 10"):
        pack([replace(long, sid=f"S{number}") for number in range(10)])


def test_an_action_with_two_guards_makes_two_statements() -> None:
    both = (
        Action("ec2:CreateSubnet", ("arn:aws:ec2:{region}:{account}:subnet/*",), Guard.REQUEST_TAG),
        Action("ec2:CreateSubnet", ("arn:aws:ec2:{region}:{account}:vpc/*",), Guard.RESOURCE_TAG),
    )
    made = statements(both, ME.confines())
    assert [one.sid for one in made] == ["Ec2Create1", "Ec2Change1"]
    assert made[0].resources == ("arn:aws:ec2:*:123456789012:subnet/*",)


@pytest.mark.parametrize(
    ("action", "verb"),
    [
        ("ec2:CreateVpc", Verb.CREATE),
        ("ec2:AllocateAddress", Verb.CREATE),
        ("ec2:DescribeVpcs", Verb.READ),
        ("iam:SimulateCustomPolicy", Verb.READ),
        ("ec2:CreateTags", Verb.UPDATE),
        ("iam:PassRole", Verb.UPDATE),
        ("kms:ScheduleKeyDeletion", Verb.DELETE),
        ("ec2:ReleaseAddress", Verb.DELETE),
    ],
)
def test_an_action_is_a_kind_of_act_by_its_name(action: str, verb: Verb) -> None:
    assert verb_of(action) is verb


def test_the_documents_roles_have_the_documents_services_and_verbs() -> None:
    elevated, reader = ROLES[RoleName.ELEVATED], ROLES[RoleName.READ_ONLY]
    assert elevated.grants("ec2", Verb.UPDATE)
    assert not elevated.grants("ec2", Verb.DELETE)
    assert not elevated.grants("secretsmanager", Verb.READ)
    assert reader.grants("rds", Verb.READ)
    assert not reader.grants("rds", Verb.UPDATE)
    assert not reader.grants("secretsmanager", Verb.READ)
    for role in (RoleName.DEPLOYMENT, RoleName.LIMITED_ADMIN):
        assert all(ROLES[role].grants("secretsmanager", verb) for verb in Verb)
