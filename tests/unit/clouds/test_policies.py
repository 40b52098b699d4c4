"""Declared actions as policies: what confines each, and that it fits."""

import pytest

from regions.clouds.aws import people
from regions.clouds.aws.actions import Action, Guard, actions_of, all_actions
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.packing import POLICIES_PER_ROLE, POLICY_CHARACTERS, pack
from regions.clouds.aws.policies import Confines, compact, policy, statements
from sandbox.aws.policy.documents import parse
from sandbox.aws.policy.evaluate import PolicySet, Request, evaluate

CONFINES = Confines(
    "123456789012", "eu-central-1", {"byoc:region": "r"}, "arn:aws:iam::123456789012:policy/byoc/b"
)

WHOSE = people.Whose("a1", "frankfurt.acme.example", CONFINES)


def only(*actions: Action) -> dict[str, object]:
    (statement,) = statements(actions, CONFINES)
    return statement.document()


def test_creation_needs_our_tag_in_the_request() -> None:
    statement = only(Action("ec2:CreateVpc", ("arn:aws:ec2:{region}:{account}:vpc/*",), Guard.REQUEST_TAG))
    assert statement["Condition"] == {"StringEquals": {"aws:RequestTag/byoc:region": "r"}}
    assert statement["Resource"] == ["arn:aws:ec2:eu-central-1:123456789012:vpc/*"]


def test_tags_come_only_with_a_call_that_creates() -> None:
    """Else anybody's VPC could be tagged as ours, and then changed."""
    statement = only(
        Action("ec2:CreateTags", ("a",), Guard.REQUEST_TAG, "CreateVpc"),
        Action("ec2:CreateTags", ("b",), Guard.REQUEST_TAG, "CreateSubnet"),
    )
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:RequestTag/byoc:region": "r",
            "ec2:CreateAction": ["CreateSubnet", "CreateVpc"],
        }
    }


def test_roles_are_made_inside_the_boundary_and_handed_only_to_their_service() -> None:
    made = only(Action("iam:CreateRole", ("x",), Guard.BOUNDARY))
    handed = only(Action("iam:PassRole", ("x",), Guard.PASSED_TO, "eks.amazonaws.com"))
    assert made["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": CONFINES.boundary}}
    assert handed["Condition"] == {"StringEquals": {"iam:PassedToService": "eks.amazonaws.com"}}


def test_the_whole_set_fits_ten_policies() -> None:
    documents = pack(statements(all_actions(), CONFINES))
    assert len(documents) <= POLICIES_PER_ROLE
    assert all(len(compact(policy(one))) <= POLICY_CHARACTERS for one in documents)


def test_every_kind_declares_what_it_calls() -> None:
    assert all(kind.actions for kind in KINDS.values())
    assert actions_of([]) == ()


def test_only_reads_and_a_few_creations_are_unconfined() -> None:
    reads = ("Describe", "List", "Get")
    free = {one.name for one in all_actions() if one.resources == ("*",) and one.guard is Guard.ANY}
    assert {name for name in free if not name.partition(":")[2].startswith(reads)} == {
        "ecr:CreatePullThroughCacheRule",
        "ecr:DeletePullThroughCacheRule",
        "route53:CreateHostedZone",
    }


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("ec2:CreateTags", "arn:aws:ec2:eu-central-1:123456789012:instance/i-1", {}, False),
        (
            "ec2:CreateTags",
            "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-1",
            {"ec2:createaction": ("CreateVpc",)},
            True,
        ),
        ("ec2:CreateSnapshot", "arn:aws:ec2:eu-central-1:123456789012:volume/vol-1", {}, False),
        ("ec2:CreateVpc", "arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-1", {}, True),
        ("rds:AddTagsToResource", "arn:aws:rds:eu-central-1:123456789012:db:payroll", {}, False),
        ("rds:AddTagsToResource", "arn:aws:rds:eu-central-1:123456789012:db:byoc-a1-db", {}, True),
        ("eks:TagResource", "arn:aws:eks:eu-central-1:123456789012:cluster/payroll", {}, False),
    ],
)
def test_the_elevated_role_cannot_tag_a_strangers_resource_as_ours(
    action: str, resource: str, context: dict[str, tuple[str, ...]], allowed: bool
) -> None:
    written = parse(policy(people.elevated(WHOSE)))
    request = Request(action, resource, {"aws:requesttag/byoc:region": ("r",), **context})
    assert evaluate(request, PolicySet(identity=(written,))).allowed is allowed


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("eks:CreateAccessEntry", "arn:aws:eks:eu-central-1:123456789012:cluster/byoc-a1-cluster", {}, False),
        ("eks:AssociateAccessPolicy", "arn:aws:eks:eu-central-1:123456789012:access-entry/byoc-a1/x", {}, False),
        ("eks:UpdateNodegroupConfig", "arn:aws:eks:eu-central-1:123456789012:nodegroup/byoc-a1/n/1", {}, True),
        ("kms:CreateGrant", "arn:aws:kms:eu-central-1:123456789012:key/1", {}, False),
        (
            "route53:ChangeResourceRecordSets",
            "arn:aws:route53:::hostedzone/Z1",
            {"names": "api.other.example"},
            False,
        ),
        (
            "route53:ChangeResourceRecordSets",
            "arn:aws:route53:::hostedzone/Z1",
            {"names": "api.frankfurt.acme.example"},
            True,
        ),
    ],
)
def test_the_elevated_role_hands_on_nothing_and_writes_the_records_of_its_region(
    action: str, resource: str, context: dict[str, str], allowed: bool
) -> None:
    written = parse(policy(people.elevated(WHOSE)))
    request = Request(action, resource, {"aws:resourcetag/byoc:region": ("r",), **records(context)})
    assert evaluate(request, PolicySet(identity=(written,))).allowed is allowed


def records(context: dict[str, str]) -> dict[str, tuple[str, ...]]:
    if "names" not in context:
        return {}
    return {
        "route53:changeresourcerecordsetsnormalizedrecordnames": (context["names"],),
        "route53:changeresourcerecordsetsactions": ("UPSERT",),
    }


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [("arn:aws:s3:::byoc-a1-state-1", True), ("arn:aws:s3:::byoc-b2-state-1", False)],
)
def test_the_limited_administrator_serves_one_region(resource: str, allowed: bool) -> None:
    documents = tuple(parse(policy(part)) for part in pack(people.limited_admin(WHOSE)))
    found = evaluate(Request("s3:PutBucketVersioning", resource, {}), PolicySet(identity=documents))
    assert found.allowed is allowed
