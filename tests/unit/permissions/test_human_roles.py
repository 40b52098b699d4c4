"""Roles for people as a customer may change them: narrower freely, wider from the catalogue alone."""

from dataclasses import replace

import pytest

from regions.clouds.aws import people
from regions.clouds.aws.packing import pack
from regions.clouds.aws.people_catalogue import catalogue, widening
from regions.clouds.aws.policies import policy
from regions.clouds.aws.verbs import Verb, verb_of
from regions.permissions import human_roles
from regions.permissions.boundary import boundary_policy, boundary_statements
from regions.permissions.bundle import current, tailored
from regions.permissions.human_roles import difference, problems, within_boundary
from regions.spec import KubernetesAccess, Removal, RoleName, Tailoring, UseCaseRole
from sandbox.aws.policy.documents import parse
from sandbox.aws.policy.evaluate import PolicySet, Request, evaluate
from tests.unit.permissions.test_bundle import ME

WHOSE = people.Whose("a1b2c3d4e5", "frankfurt.acme.example", replace(ME.confines(), tags={"byoc:region": "r"}))
DBA = UseCaseRole("dba", "Restarts the database", ("rds:DescribeDBInstances", "rds:RebootDBInstance"))


def added(**changes: object) -> Tailoring:
    return Tailoring(added=(replace(DBA, **changes),))  # type: ignore[arg-type]


def removed(*actions: str, role: RoleName = RoleName.READ_ONLY) -> Tailoring:
    return Tailoring(removed=(Removal(role, actions),))


def may(role: RoleName | UseCaseRole, action: str, resource: str, tailoring: Tailoring | None = None) -> bool:
    """Judged with the boundary, as AWS does it."""
    if isinstance(role, RoleName):
        statements = people.permissions(role, (tailoring or Tailoring()).removed_from(role), WHOSE)
    else:
        statements = people.use_case(role.actions, WHOSE)
    documents = tuple(parse(policy(part)) for part in pack(statements))
    carried = {"aws:resourcetag/byoc:region": ("r",)}
    policies = PolicySet(identity=documents, boundary=(parse(boundary_policy(ME)),))
    return evaluate(Request(action, resource, carried), policies).allowed


def test_what_is_taken_away_is_refused_and_the_rest_stays() -> None:
    tailoring = removed("kms:*", "ec2:DescribeVpcs")
    assert problems(tailoring) == ()
    assert may(RoleName.READ_ONLY, "kms:DescribeKey", "*")
    assert not may(RoleName.READ_ONLY, "kms:DescribeKey", "*", tailoring)
    assert not may(RoleName.READ_ONLY, "ec2:DescribeVpcs", "*", tailoring)
    assert may(RoleName.READ_ONLY, "ec2:DescribeSubnets", "*", tailoring)
    assert may(RoleName.ELEVATED, "kms:DescribeKey", "*", tailoring)


def test_an_added_role_may_what_it_names_on_its_region_alone() -> None:
    database = "arn:aws:rds:eu-central-1:123456789012:db:byoc-a1b2c3d4e5-data"
    assert problems(added()) == ()
    assert may(DBA, "rds:RebootDBInstance", database)
    assert not may(DBA, "rds:RebootDBInstance", database.replace("a1b2c3d4e5", "ffffffffff"))
    assert not may(DBA, "rds:DeleteDBInstance", database)


@pytest.mark.parametrize(
    ("tailoring", "sentence"),
    [
        (added(actions=("rds:*",)), "rds:* stands for actions nobody has looked at"),
        (added(actions=("*",)), "* stands for actions nobody has looked at"),
        (added(actions=("rds:Reboot?BInstance",)), "stands for actions nobody has looked at"),
        (added(actions=("iam:CreateRole",)), "it could make roles and policies"),
        (added(actions=("iam:PassRole",)), "it could make roles and policies"),
        (added(actions=("sts:AssumeRole",)), "it could become another role"),
        (added(actions=("eks:AssociateAccessPolicy",)), "it could give itself the cluster"),
        (added(actions=("kms:PutKeyPolicy",)), "it could open a key to itself"),
        (added(actions=("secretsmanager:GetSecretValue",)), "secrets are for the deployment role"),
        (added(actions=("s3:PutObject",)), "it could tell the region what to run"),
        (added(actions=("ec2:CreateTags",)), "tags say what is ours"),
        (added(actions=("organizations:LeaveOrganization",)), "is not among the actions"),
        (added(actions=()), "needs 1 to 60 actions; it has 0"),
        (added(name="Data Base"), "Data Base is no name"),
        (added(purpose=" "), "what the role dba is for"),
        (added(principals=("arn:aws:iam::123456789012:root",)), "is not the ARN of one IAM role or user"),
        (added(principals=("arn:aws:iam::123456789012:role/*",)), "is not the ARN of one IAM role or user"),
        (added(principals=("*",)), "is not the ARN of one IAM role or user"),
        (Tailoring(added=(DBA, DBA)), "Two roles are called dba."),
        (Tailoring(added=tuple(replace(DBA, name=f"dba-{n}") for n in range(9))), "8 roles of your own, not 9"),
        (removed("everything"), "everything is no action"),
        (removed("secretsmanager:GetSecretValue"), "is not given secretsmanager:GetSecretValue in the first"),
        (removed("kms:*", role=RoleName.DEPLOYMENT), "is not one for people"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(tailoring: Tailoring, sentence: str) -> None:
    assert sentence in " ".join(problems(tailoring))


def test_nothing_in_the_catalogue_leads_to_more_than_was_given() -> None:
    assert len(catalogue()) > 100
    assert not any(widening(name) for name in catalogue())
    changing = [name for name in catalogue() if verb_of(name) is not Verb.READ]
    assert not any(name.startswith(("iam:", "sts:", "secretsmanager:")) for name in changing)
    assert not any("Tag" in name for name in changing)


def test_the_boundary_allows_the_whole_catalogue() -> None:
    assert [name for name in catalogue() if not within_boundary(name)] == []


def test_an_action_beyond_the_boundary_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = [one for one in boundary_statements(ME) if "rds:*" not in one.actions]
    monkeypatch.setattr(human_roles, "boundary_statements", lambda _identity: narrow)
    assert "The boundary of your account does not allow rds:RebootDBInstance" in " ".join(problems(added()))


def test_every_change_makes_another_version_and_taking_it_back_makes_the_first() -> None:
    versions = [
        tailored(one).version
        for one in (
            Tailoring(),
            removed("kms:*"),
            added(),
            added(kubernetes=KubernetesAccess.VIEW),
            added(principals=("arn:aws:iam::123456789012:role/dba",)),
        )
    ]
    assert len(set(versions)) == 5
    assert versions[0] == current().version
    assert {tailored(one).stack_version for one in (Tailoring(), added())} == {current().stack_version}


def test_the_difference_says_who_gains_and_who_loses() -> None:
    before = Tailoring((Removal(RoleName.READ_ONLY, ("kms:*",)),), (DBA,))
    after = Tailoring(
        (Removal(RoleName.ELEVATED, ("rds:*",)),),
        (replace(DBA, actions=("rds:RebootDBInstance", "rds:StopDBInstance"), kubernetes=KubernetesAccess.VIEW),),
    )
    changes = {one.role: one for one in difference(before, after)}
    assert changes["read-only"].gained == ("kms:*",)
    assert changes["elevated"].lost == ("rds:*",)
    assert changes["dba"].gained == ("rds:StopDBInstance",)
    assert changes["dba"].lost == ("rds:DescribeDBInstances",)
    assert changes["dba"].notes == ("Kubernetes: none, now view",)
    assert difference(before, before) == ()
    assert difference(Tailoring(), before)[-1].notes[0] == "New role: Restarts the database"
    assert difference(before, Tailoring())[-1].notes == ("The role goes.",)
