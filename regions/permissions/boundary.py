"""The most that any role made by the console may do, whatever its own policies say."""

from typing import Any

from regions.clouds.aws.policies import Statement, policy
from regions.permissions.identity import PATH, RoleIdentity
from regions.permissions.protection import OWN_POLICIES, OWN_ROLE

SERVICES = (
    "acm",
    "autoscaling",
    "backup",
    "cloudwatch",
    "ec2",
    "ec2messages",
    "ecr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "kms",
    "logs",
    "rds",
    "route53",
    "servicequotas",
    "ssmmessages",
    "tag",
)
OURS = ("s3:*", "secretsmanager:*")
"""Only in what is named as ours: buckets and secrets of others hold what no tag protects."""
AGENTS = (
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstance*",
    "sts:DecodeAuthorizationMessage",
    "sts:GetCallerIdentity",
)
"""What nodes' agents ask. No command on another machine, and no role of another: its policies have no boundary."""
AT_HOME = ("acm", "backup", "eks", "kms", "logs", "rds")
"""Services whose things a region needs in its own account alone; images come from AWS's accounts too."""
SHARING = (
    "backup:PutBackupVaultAccessPolicy",
    "ec2:DisableImageBlockPublicAccess",
    "ec2:DisableSnapshotBlockPublicAccess",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ecr:PutReplicationConfiguration",
    "ecr:SetRepositoryPolicy",
    "logs:PutDestination*",
    "logs:PutSubscriptionFilter",
    "rds:ModifyDBClusterSnapshotAttribute",
    "rds:ModifyDBSnapshotAttribute",
)
"""By these a region's data would leave the account, or be open to everybody."""
IAM_READS = ("iam:Get*", "iam:List*", "iam:Simulate*")
IAM_CHANGES = (
    "iam:AddRoleToInstanceProfile",
    "iam:CreateInstanceProfile",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeleteInstanceProfile",
    "iam:DeleteOpenIDConnectProvider",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:SetDefaultPolicyVersion",
    "iam:Tag*",
    "iam:Untag*",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateOpenIDConnectProviderThumbprint",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
BOUNDED = ("iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy")


def boundary_statements(identity: RoleIdentity) -> tuple[Statement, ...]:
    iam = f"arn:aws:iam::{identity.account_id}:"
    ours = tuple(f"{iam}{kind}{PATH}*" for kind in ("instance-profile", "policy", "role"))
    roles = (f"{iam}role{PATH}*",)
    bounded = (("StringEquals", "iam:PermissionsBoundary", (identity.boundary_arn,)),)
    return (
        Statement("Services", tuple(f"{service}:*" for service in SERVICES), ("*",)),
        Statement("Ours", OURS, _named(identity.account_id)),
        Statement("Agents", AGENTS, ("*",)),
        Statement("IamRead", IAM_READS, ("*",)),
        Statement("IamOurs", IAM_CHANGES, (*ours, f"{iam}oidc-provider/oidc.eks.*")),
        Statement("IamBounded", BOUNDED, roles, bounded),
        Statement("ServiceLinkedRoles", ("iam:CreateServiceLinkedRole",), (f"{iam}role/aws-service-role/*",)),
        Statement("NeverDeploymentRole", (*OWN_ROLE, "sts:AssumeRole"), (identity.role_arn,), effect="Deny"),
        Statement("NeverItsPolicies", OWN_POLICIES, (identity.boundary_arn, identity.policies_arn), effect="Deny"),
        Statement("NeverLiftBoundary", ("iam:DeleteRolePermissionsBoundary",), ("*",), effect="Deny"),
        Statement("NeverShare", SHARING, ("*",), effect="Deny"),
        Statement(
            "NeverElsewhere",
            tuple(f"{service}:*" for service in AT_HOME),
            ("*",),
            (
                ("StringNotEquals", "aws:ResourceAccount", (identity.account_id,)),
                ("Null", "aws:ResourceAccount", ("false",)),
            ),
            effect="Deny",
        ),
    )


def _named(account_id: str) -> tuple[str, ...]:
    secret = f"arn:aws:secretsmanager:*:{account_id}:secret:"
    return ("arn:aws:s3:::byoc-*", f"{secret}byoc-*", f"{secret}rds!*")


def boundary_policy(identity: RoleIdentity) -> dict[str, Any]:
    return policy(boundary_statements(identity))
