"""What leaving needs of the deployment role beside the region's resources, each with its reason."""

from regions.clouds.aws.guards import Action
from regions.permissions.verification import Reading

UNLISTED = "To find what a region left behind of a kind that AWS's tag index does not list."

LEAVING = (
    Reading(Action("ec2:DescribeVolumes"), UNLISTED),
    Reading(Action("iam:ListPolicies"), UNLISTED),
    Reading(Action("iam:ListRoles"), UNLISTED),
    Reading(Action("kms:ListAliases"), UNLISTED),
    Reading(Action("logs:DescribeLogGroups"), UNLISTED),
    Reading(Action("tag:GetResources"), "To find what a region left behind, by its tag."),
)
