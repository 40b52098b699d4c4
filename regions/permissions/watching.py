"""What the scheduled look for drift needs beside what the resources need, each with its reason."""

from regions.clouds.aws import additions
from regions.clouds.aws.guards import Action
from regions.permissions.verification import Reading

TOGETHER = "To look at all roles, policies or groups in one call, so that a scan makes few calls."
TAGS = "To read the tags of many resources in one call."
WHO = "To say who changed a resource behind the console's back, from your account's own CloudTrail."
ADDED = "To see, and on your word remove, permissions that others added to the region's roles."

WATCHING = (
    Reading(Action("cloudtrail:LookupEvents"), WHO),
    Reading(Action("iam:GetAccountAuthorizationDetails"), TOGETHER),
    Reading(Action("iam:ListRoles"), TOGETHER),
    Reading(Action("rds:DescribeDBParameterGroups"), TOGETHER),
    Reading(Action("rds:DescribeDBSubnetGroups"), TOGETHER),
    Reading(Action("tag:GetResources"), TAGS),
    *(Reading(action, ADDED) for action in dict.fromkeys(one for sort in additions.TABLE for one in sort.actions)),
)
