"""Security group; the rule that AWS adds ("everything may leave") is taken away, ours replace it."""

from regions.clouds.aws.ec2 import arns, changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, UNORDERED, Call, Change, Field, Kind, Read

_UNTAGGED_EGRESS = (
    "SecurityGroupRules[?IsEgress && !(Tags[0]) && IpProtocol=='-1' && CidrIpv4=='0.0.0.0/0'].SecurityGroupRuleId"
)


def _filters(identifier: object) -> dict[str, object]:
    return {"Filters": [{"Name": "group-id", "Values": [identifier]}]}


_ANYWHERE = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def _revoke_default(subject: Subject) -> None:
    """By what it allows, not by its id: the rule has no tag of ours that would permit the call."""
    subject.ask("revoke_security_group_egress", {"GroupId": subject.id, "IpPermissions": [_ANYWHERE]})


KIND = Kind(
    name="SecurityGroup",
    service="ec2",
    lookup=found_by_tags(
        "describe_security_groups",
        "SecurityGroups",
        Read("describe_security_group_rules", _filters(ID), _UNTAGGED_EGRESS, "UntaggedEgress"),
    ),
    id="GroupId",
    create=Call("create_security_group"),
    created_id="GroupId",
    fields=(
        Field("name", "GroupName", sent="GroupName"),
        Field("description", "Description", sent="Description"),
        Field("vpcId", "VpcId", sent="VpcId"),
        Field("egress by default", "UntaggedEgress", change="egress", form=UNORDERED, always=()),
    ),
    changes={"egress": Change(by=_revoke_default, after_create=True)},
    delete=(Call("delete_security_group", {"GroupId": ID}),),
    tagging=tagged("security-group"),
    facts=("GroupName", "Description"),
    actions=(
        *reads("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"),
        *creates("CreateSecurityGroup", "security-group", "vpc"),
        Action("ec2:CreateSecurityGroup", arns("vpc"), Guard.LENT),
        *changes("RevokeSecurityGroupEgress", "security-group"),
        *changes("DeleteSecurityGroup", "security-group"),
    ),
)
