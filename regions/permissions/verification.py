"""What verification itself reads, each with its reason."""

from dataclasses import dataclass

from regions.clouds.aws.guards import Action
from regions.clouds.aws.named import ROLES


@dataclass(frozen=True, slots=True)
class Reading:
    action: Action
    because: str


SIMULATE = "To show, action by action, what the role may do before anything is created."
HUMAN = "To judge the policies of the three human roles before these roles exist."
PLACE = "To see that the planned region fits the place: zones, instance types, address ranges."
QUOTA = "To compare what is in use and needed with the account's quota."
LEFT = "To find what an earlier try left behind."
UNNAMED = "To warn of keys without an alias, which AWS cannot tell from one that the console has just made."
POSTURE = "To show what the account does for its own security; the console never changes it."
DEDICATED = "To warn when the account holds resources that are not ours: it should be dedicated."

READINGS = (
    Reading(Action("iam:GetRole", ROLES), "To read the trust policy as it stands in the account."),
    Reading(Action("iam:SimulatePrincipalPolicy", ROLES), SIMULATE),
    Reading(Action("iam:SimulateCustomPolicy"), HUMAN),
    Reading(Action("ec2:DescribeAvailabilityZones"), PLACE),
    Reading(Action("ec2:DescribeInstanceTypeOfferings"), PLACE),
    Reading(Action("ec2:DescribeVpcs"), PLACE),
    Reading(Action("rds:DescribeOrderableDBInstanceOptions"), PLACE),
    Reading(Action("servicequotas:GetServiceQuota"), QUOTA),
    Reading(Action("ec2:DescribeAddresses"), QUOTA),
    Reading(Action("ec2:DescribeNatGateways"), QUOTA),
    Reading(Action("ec2:DescribeSubnets"), QUOTA),
    Reading(Action("ec2:DescribeInternetGateways"), QUOTA),
    Reading(Action("ec2:DescribeInstances"), QUOTA),
    Reading(Action("ec2:DescribeInstanceTypes"), QUOTA),
    Reading(Action("elasticloadbalancing:DescribeLoadBalancers"), QUOTA),
    Reading(Action("eks:ListClusters"), QUOTA),
    Reading(Action("tag:GetResources"), LEFT),
    Reading(Action("rds:DescribeDBInstances"), DEDICATED),
    Reading(Action("kms:ListAliases"), UNNAMED),
    Reading(Action("kms:ListKeys"), UNNAMED),
    Reading(Action("kms:DescribeKey"), UNNAMED),
    Reading(Action("kms:ListResourceTags"), UNNAMED),
    Reading(Action("guardduty:ListDetectors"), POSTURE),
    Reading(Action("guardduty:GetDetector"), POSTURE),
    Reading(Action("config:DescribeConfigurationRecorderStatus"), POSTURE),
    Reading(Action("cloudtrail:DescribeTrails"), POSTURE),
    Reading(Action("cloudtrail:GetTrailStatus"), POSTURE),
    Reading(Action("ec2:GetEbsEncryptionByDefault"), POSTURE),
)
