"""IAM role under our path, inside the customer's permissions boundary."""

from regions.clouds.aws.guards import Guard
from regions.clouds.aws.named import ANY_ROLES, ROLES, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    DOCUMENT,
    NAME,
    TAGS,
    Call,
    Change,
    Field,
    Kind,
    Lookup,
    Tagging,
    pairs,
)


def _release(subject: Subject) -> None:
    """IAM deletes no role that has a policy. Ours have gone before; those of a role that was left behind, and what
    others gave it, go with it."""
    role = {"RoleName": subject.id}
    for name in subject.ask("list_role_policies", role)["PolicyNames"]:
        subject.ask("delete_role_policy", {**role, "PolicyName": name})
    for one in subject.ask("list_attached_role_policies", role)["AttachedPolicies"]:
        subject.ask("detach_role_policy", {**role, "PolicyArn": one["PolicyArn"]})


KIND = Kind(
    name="Role",
    service="iam",
    lookup=Lookup("get_role", {"RoleName": NAME}, "Role"),
    id="RoleName",
    derived_arn="arn:{partition}:iam::{account}:role{path}{name}",
    create=Call("create_role", {"RoleName": NAME}),
    fields=(
        Field("path", "Path", sent="Path"),
        Field(
            "assumeRolePolicy",
            "AssumeRolePolicyDocument",
            sent="AssumeRolePolicyDocument",
            change="trust",
            changed="PolicyDocument",
            form=DOCUMENT,
        ),
        Field("description", "Description", sent="Description", change="role"),
        Field("maxSessionDuration", "MaxSessionDuration", sent="MaxSessionDuration", change="role"),
        Field(
            "permissionsBoundary",
            "PermissionsBoundary.PermissionsBoundaryArn",
            sent="PermissionsBoundary",
            change="boundary",
        ),
    ),
    changes={
        "trust": Change("update_assume_role_policy", {"RoleName": NAME}),
        "role": Change("update_role", {"RoleName": NAME}, whole=True),
        "boundary": Change("put_role_permissions_boundary", {"RoleName": NAME}),
    },
    before_delete=_release,
    delete=(Call("delete_role", {"RoleName": NAME}),),
    tagging=Tagging(
        seen="Tags", sent="Tags", shape=pairs(), change=Call("tag_role", {"RoleName": NAME, "Tags": TAGS})
    ),
    facts=("RoleName", "Path", "MaxSessionDuration"),
    actions=(
        *on(("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"), ANY_ROLES),
        *on(("iam:DeleteRolePolicy",), ROLES),
        *on(("iam:DetachRolePolicy",), ROLES, Guard.BOUNDARY),
        *on(("iam:TagRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"), ROLES),
        *on(("iam:DeleteRole",), ROLES),
        *on(("iam:CreateRole", "iam:PutRolePermissionsBoundary"), ROLES, Guard.BOUNDARY),
    ),
)
