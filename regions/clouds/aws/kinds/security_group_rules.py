"""Ingress and egress rules: the same table twice."""

from typing import Any

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, Call, Change, Field, Kind, Wanted


def _permission(subject: Subject) -> dict[str, Any]:
    """AWS takes the peer and its description in one of two shapes."""
    described = {"Description": subject.wanted("description") or ""}
    permission: dict[str, Any] = {"IpProtocol": subject.wanted("ipProtocol")}
    for path, name in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        if subject.wanted(path) is not None:
            permission[name] = subject.wanted(path)
    if cidr := subject.wanted("cidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": cidr, **described}]
    else:
        permission["UserIdGroupPairs"] = [{"GroupId": subject.wanted("referencedSecurityGroupId"), **described}]
    return {"IpPermissions": [permission]}


_RULE = "SecurityGroupRules.0.SecurityGroupRule"


def _rule(path: str, seen: str, changed: str = "") -> Field:
    where = f"{_RULE}.{changed or seen}"
    return Field(path, seen, change="rule", changed=where)


_FIELDS = (
    Field("securityGroupId", "GroupId"),
    _rule("ipProtocol", "IpProtocol"),
    _rule("fromPort", "FromPort"),
    _rule("toPort", "ToPort"),
    _rule("cidrIpv4", "CidrIpv4"),
    _rule("referencedSecurityGroupId", "ReferencedGroupInfo.GroupId", "ReferencedGroupId"),
    _rule("description", "Description"),
)


def _kind(direction: str) -> Kind:
    """`direction` is AWS's word in method names: ingress or egress."""
    word = direction.capitalize()
    return Kind(
        name=f"SecurityGroup{word}Rule",
        service="ec2",
        lookup=found_by_tags("describe_security_group_rules", "SecurityGroupRules"),
        id="SecurityGroupRuleId",
        create=Call(f"authorize_security_group_{direction}", {"GroupId": Wanted("securityGroupId")}),
        extra_request=_permission,
        fields=_FIELDS,
        changes={
            "rule": Change(
                "modify_security_group_rules",
                {
                    "GroupId": Wanted("securityGroupId"),
                    "SecurityGroupRules.0.SecurityGroupRuleId": ID,
                    f"{_RULE}.FromPort": -1,  # AWS's own word for "any"; fields that are wanted replace it
                    f"{_RULE}.ToPort": -1,
                },
                whole=True,
            )
        },
        delete=(
            Call(
                f"revoke_security_group_{direction}",
                {"GroupId": Wanted("securityGroupId"), "SecurityGroupRuleIds": [ID]},
            ),
        ),
        tagging=tagged("security-group-rule"),
        facts=("IpProtocol", "FromPort", "ToPort", "CidrIpv4", "Description"),
        actions=(
            *reads("ec2:DescribeSecurityGroupRules"),
            *creates(f"AuthorizeSecurityGroup{word}", "security-group-rule", "security-group"),
            *changes("ModifySecurityGroupRules", "security-group", "security-group-rule"),
            *changes(f"RevokeSecurityGroup{word}", "security-group", "security-group-rule"),
        ),
    )


INGRESS = _kind("ingress")
EGRESS = _kind("egress")
