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
    """Attachments are kinds of their own; those of a role that was left behind go with it."""
    if not subject.only:
        return
    for one in subject.ask("list_attached_role_policies", {"RoleName": subject.id})["AttachedPolicies"]:
        subject.ask("detach_role_policy", {"RoleName": subject.id, "PolicyArn": one["PolicyArn"]})


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
        *on(("iam:GetRole",), ANY_ROLES),
        *on(("iam:TagRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"), ROLES),
        *on(("iam:DeleteRole",), ROLES),
        *on(("iam:CreateRole", "iam:PutRolePermissionsBoundary"), ROLES, Guard.BOUNDARY),
    ),
)
