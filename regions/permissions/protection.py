"""What the role must never do, whatever else allows it: change itself, or the boundary it hands on."""

from regions.clouds.aws.policies import Statement
from regions.permissions.identity import PATH, RoleIdentity

OWN_ROLE = (
    "iam:AttachRolePolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
OWN_POLICIES = (
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
)


def protection(identity: RoleIdentity) -> tuple[Statement, ...]:
    roles = f"arn:aws:iam::{identity.account_id}:role{PATH}*"
    return (
        Statement("NeverChangeOwnRole", OWN_ROLE, (identity.role_arn,), effect="Deny"),
        Statement(
            "NeverChangeOwnPolicies",
            OWN_POLICIES,
            (identity.boundary_arn, identity.policies_arn),
            effect="Deny",
        ),
        Statement("NeverLiftBoundary", ("iam:DeleteRolePermissionsBoundary",), (roles,), effect="Deny"),
    )
