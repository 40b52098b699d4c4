"""What others added to our resources and no manifest wants: rules of a security group, permissions of a role.

A kind compares what its manifest says. What is there beside that is found here, told as one field, and removed
when the resource is brought back. A manifest may accept additions by an annotation that lists them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from regions.clouds.aws.guards import Action
from regions.clouds.aws.named import ANY_ROLES, ROLES, on
from regions.clouds.aws.requests import tags_of
from regions.clouds.aws.subject import REGION_TAG, RESOURCE_TAG, Subject
from regions.clouds.aws.table import Raw
from regions.clouds.errors import CloudError
from regions.clouds.ports import Difference, Manifest
from regions.clouds.surveys import Manifests

ANNOTATION = "byoc.akka.io/accepted-additions"
"""A JSON object: field to the list of what is accepted beyond the plan."""


@dataclass(frozen=True, slots=True)
class Addition:
    text: str
    """As people read it; also what it is accepted by."""
    handle: Mapping[str, Any] = field(default_factory=dict)
    """What the call needs that removes it."""


@dataclass(frozen=True, slots=True)
class Additions:
    """One sort of addition to one kind of resource."""

    kind: str
    field: str
    find: Callable[[Subject, Manifests], Iterator[Addition]]
    remove: Callable[[Subject, Addition], None]
    actions: tuple[Action, ...]


# -- rules of security groups


def _rules(subject: Subject, *, egress: bool) -> Iterator[Addition]:
    filters = [{"Name": "group-id", "Values": [subject.id]}]
    answer = subject.ask("describe_security_group_rules", {"Filters": filters})
    for rule in answer["SecurityGroupRules"]:
        if rule["IsEgress"] == egress and not _is_planned(subject, rule) and not _comes_with_the_group(rule):
            yield Addition(_rule_text(rule), {"rule": rule})


def _is_planned(subject: Subject, rule: Raw) -> bool:
    tags = tags_of(rule.get("Tags"))
    return tags.get(REGION_TAG) == subject.manifest.region_id and bool(tags.get(RESOURCE_TAG))


def _comes_with_the_group(rule: Raw) -> bool:
    """The rule by which everything may leave is a field of the kind."""
    return bool(rule["IsEgress"] and rule["IpProtocol"] == "-1" and rule.get("CidrIpv4") == "0.0.0.0/0")


def _rule_text(rule: Raw) -> str:
    peer = (
        rule.get("CidrIpv4")
        or rule.get("CidrIpv6")
        or rule.get("PrefixListId")
        or (rule.get("ReferencedGroupInfo") or {}).get("GroupId", "")
    )
    low, high = rule.get("FromPort", -1), rule.get("ToPort", -1)
    ports = (
        "every port" if rule["IpProtocol"] == "-1" or low == -1 else str(low) if low == high else f"{low}-{high}"
    )
    protocol = "" if rule["IpProtocol"] == "-1" else f"{rule['IpProtocol']} "
    note = f" ({rule['Description']})" if rule.get("Description") else ""
    return f"{protocol}{ports} {'to' if rule['IsEgress'] else 'from'} {peer}{note}"


def _permission(rule: Raw) -> dict[str, Any]:
    """By what it allows, not by its id: the rule has no tag of ours that would permit the call."""
    permission: dict[str, Any] = {"IpProtocol": rule["IpProtocol"]}
    if rule["IpProtocol"] != "-1":
        permission |= {"FromPort": rule.get("FromPort", -1), "ToPort": rule.get("ToPort", -1)}
    if rule.get("CidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": rule["CidrIpv4"]}]
    elif rule.get("CidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"]}]
    elif rule.get("PrefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": rule["PrefixListId"]}]
    else:
        permission["UserIdGroupPairs"] = [{"GroupId": rule["ReferencedGroupInfo"]["GroupId"]}]
    return permission


def _revoke(subject: Subject, addition: Addition) -> None:
    rule = addition.handle["rule"]
    method = "revoke_security_group_egress" if rule["IsEgress"] else "revoke_security_group_ingress"
    subject.ask(method, {"GroupId": subject.id, "IpPermissions": [_permission(rule)]})


# -- permissions of roles


def _attachments(subject: Subject, region: Manifests) -> Iterator[Addition]:
    wanted = set(_wanted_policies(subject, region))
    answer = subject.ask("list_attached_role_policies", {"RoleName": subject.id})
    for one in answer["AttachedPolicies"]:
        if one["PolicyArn"] not in wanted:
            yield Addition(one["PolicyArn"], {"PolicyArn": one["PolicyArn"]})


def _wanted_policies(subject: Subject, region: Manifests) -> Iterator[str]:
    for manifest in region.values():
        if manifest.kind == "RolePolicyAttachment" and _role_of(manifest) == subject.manifest.name:
            fields = manifest.for_provider
            if "policyArn" in fields:
                yield str(fields["policyArn"])
            else:
                yield subject.account.resolve(fields["policyArnRef"]["name"], "arn")


def _role_of(attachment: Manifest) -> str:
    return str(attachment.for_provider.get("roleRef", {}).get("name", ""))


def _detach(subject: Subject, addition: Addition) -> None:
    subject.ask("detach_role_policy", {"RoleName": subject.id, **addition.handle})


def _inline(subject: Subject, _region: Manifests) -> Iterator[Addition]:
    for name in subject.ask("list_role_policies", {"RoleName": subject.id})["PolicyNames"]:
        yield Addition(str(name), {"PolicyName": name})


def _delete_inline(subject: Subject, addition: Addition) -> None:
    subject.ask("delete_role_policy", {"RoleName": subject.id, **addition.handle})


_GROUPS = ("arn:aws:ec2:{region}:{account}:security-group/*",)

TABLE = (
    Additions(
        kind="SecurityGroup",
        field="inbound rules beyond the plan",
        find=lambda subject, _region: _rules(subject, egress=False),
        remove=_revoke,
        actions=(),
    ),
    Additions(
        kind="SecurityGroup",
        field="outbound rules beyond the plan",
        find=lambda subject, _region: _rules(subject, egress=True),
        remove=_revoke,
        actions=(),
    ),
    Additions(
        kind="Role",
        field="attached policies beyond the plan",
        find=_attachments,
        remove=_detach,
        actions=(),
    ),
    Additions(
        kind="Role",
        field="inline policies",
        find=_inline,
        remove=_delete_inline,
        actions=(*on(("iam:ListRolePolicies",), ANY_ROLES), *on(("iam:DeleteRolePolicy",), ROLES)),
    ),
)


def of_kind(kind: str) -> Iterable[Additions]:
    return (each for each in TABLE if each.kind == kind)


def accepted(manifest: Manifest, name: str) -> list[str]:
    """What the manifest takes as wanted in the field of that name."""
    return list(json.loads(manifest.annotations.get(ANNOTATION, "{}")).get(name, ()))


def unwanted(subject: Subject, sort: Additions, region: Manifests) -> list[Addition]:
    allowed = set(accepted(subject.manifest, sort.field))
    return [each for each in sort.find(subject, region) if each.text not in allowed]


def differences(subject: Subject, region: Manifests) -> Iterator[Difference]:
    """One for each sort of addition that somebody made. A subject that is there."""
    for sort in of_kind(subject.kind.name):
        if found := unwanted(subject, sort, region):
            allowed = accepted(subject.manifest, sort.field)
            yield Difference(sort.field, allowed, [*allowed, *sorted(each.text for each in found)])


def remove(subject: Subject, region: Manifests) -> None:
    """Another may have been quicker: what is gone already is no error."""
    for sort in of_kind(subject.kind.name):
        for addition in unwanted(subject, sort, region):
            try:
                sort.remove(subject, addition)
            except CloudError as error:
                if error.code not in {"InvalidPermission.NotFound", "NoSuchEntity"}:
                    raise
