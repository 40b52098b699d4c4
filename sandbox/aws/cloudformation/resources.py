"""The IAM resources of a stack, made with the caller's own permissions."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.aws import iam_rules
from sandbox.aws.authorize import judge, policies_of
from sandbox.aws.cloudformation.template import invalid
from sandbox.aws.context import request_context
from sandbox.aws.credentials import iam
from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import Need, pass_role, request_keys, tag_pairs

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as the stack knows it: what Ref and GetAtt answer."""

    physical: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is made: the call that asks for it, the stack's name, its logical name."""

    call: Call
    stack: str
    logical: str

    @property
    def account(self) -> str:
        return self.call.account

    def name(self, given: Any, suffix: str) -> str:
        return str(given) if given else f"{self.stack}-{self.logical}-{suffix}"

    def may(self, action: str, resource: str, keys: Mapping[str, Any] | None = None) -> None:
        assert self.call.identity is not None
        mine = policies_of(self.call.identity)
        judge(self.call, Need(f"iam:{action}", resource, keys or {}), request_context(self.call), mine)


def text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _tags(properties: Properties) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tag_pairs(properties.get("Tags") or []).items()]


def _arn(place: Place, kind: str, path: Any, name: str) -> str:
    return f"arn:aws:iam::{place.account}:{kind}{path or '/'}{name}"


def create_role(place: Place, properties: Properties, suffix: str) -> Made:
    name = place.name(properties.get("RoleName"), suffix)
    arn = _arn(place, "role", properties.get("Path"), name)
    keys = request_keys(tag_pairs(properties.get("Tags") or []))
    if properties.get("PermissionsBoundary"):
        keys["iam:permissionsboundary"] = (str(properties["PermissionsBoundary"]),)
    place.may("CreateRole", arn, keys)
    iam_rules.check_name(name, iam_rules.NAME, "roleName")
    iam_rules.check_path(str(properties.get("Path") or "/"))
    iam_rules.check_trust_document(text(properties["AssumeRolePolicyDocument"]))
    iam_rules.check_duration(properties.get("MaxSessionDuration"))
    if any(role.name == name for role in iam(place.account).roles.values()):
        raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.", 409)
    role = iam(place.account).create_role(
        role_name=name,
        assume_role_policy_document=text(properties["AssumeRolePolicyDocument"]),
        path=str(properties.get("Path") or "/"),
        permissions_boundary=properties.get("PermissionsBoundary"),
        description=str(properties.get("Description") or ""),
        tags=_tags(properties),
        max_session_duration=str(properties.get("MaxSessionDuration") or 3600),
    )
    try:
        _policies(place, role, properties)
    except AwsError:
        iam(place.account).roles.pop(role.id, None)
        raise
    return Made(name, {"Arn": role.arn, "RoleId": role.id})


def _policies(place: Place, role: Any, properties: Properties) -> None:
    """Bring inline and attached policies of a role to what its properties say."""
    wanted = {str(item["PolicyName"]): text(item["PolicyDocument"]) for item in properties.get("Policies") or []}
    for name, document in wanted.items():
        place.may("PutRolePolicy", role.arn)
        iam_rules.check_inline_document(role, name, document)
    role.policies.clear()
    role.policies.update(wanted)
    arns = [str(item) for item in properties.get("ManagedPolicyArns") or []]
    managed = iam(place.account).managed_policies
    for arn in [held for held in role.managed_policies if held not in arns]:
        managed[arn].detach_from(role)
    for arn in arns:
        if arn not in role.managed_policies:
            place.may("AttachRolePolicy", role.arn, {"iam:policyarn": (arn,)})
            iam_rules.check_attachable(place.account, role, arn)
            if arn not in managed:
                raise AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
            managed[arn].attach_to(role)


def update_role(place: Place, physical: str, properties: Properties) -> Made:
    role = iam_rules.role_named(place.account, physical)
    if properties.get("RoleName", physical) != physical or (properties.get("Path") or "/") != role.path:
        raise invalid(f"Role {physical}: the name and the path of a role cannot be changed by an update.")
    document = text(properties["AssumeRolePolicyDocument"])
    iam_rules.check_trust_document(document)
    place.may("UpdateAssumeRolePolicy", role.arn)
    role.assume_role_policy_document = document
    role.description = str(properties.get("Description") or "")
    role.max_session_duration = str(properties.get("MaxSessionDuration") or 3600)
    role.permissions_boundary_arn = properties.get("PermissionsBoundary")
    role.tags = _tags(properties)
    _policies(place, role, properties)
    return Made(physical, {"Arn": role.arn, "RoleId": role.id})


def delete_role(place: Place, physical: str) -> None:
    backend = iam(place.account)
    role = next((item for item in backend.roles.values() if item.name == physical), None)
    if role is None:
        return
    place.may("DeleteRole", role.arn)
    for policy in list(role.managed_policies.values()):
        policy.detach_from(role)
    backend.roles.pop(role.id, None)


def create_policy(place: Place, properties: Properties, suffix: str) -> Made:
    name = place.name(properties.get("ManagedPolicyName"), suffix)
    path = str(properties.get("Path") or "/")
    arn = _arn(place, "policy", path, name)
    document = text(properties["PolicyDocument"])
    place.may("CreatePolicy", arn)
    iam_rules.check_name(name, iam_rules.POLICY_NAME, "policyName")
    iam_rules.check_managed_document(document)
    if arn in iam(place.account).managed_policies:
        raise AwsError("EntityAlreadyExists", f"A policy called {name} already exists. Duplicate names are not "
                       "allowed.", 409)  # fmt: skip
    policy = iam(place.account).create_policy(
        str(properties.get("Description") or ""), path, document, name, _tags(properties)
    )
    _attach_to_roles(place, policy, properties)
    return Made(policy.arn, {"PolicyArn": policy.arn, "PolicyId": policy.id})


def _attach_to_roles(place: Place, policy: Any, properties: Properties) -> None:
    for name in properties.get("Roles") or []:
        role = iam_rules.role_named(place.account, str(name))
        place.may("AttachRolePolicy", role.arn, {"iam:policyarn": (policy.arn,)})
        iam_rules.check_attachable(place.account, role, policy.arn)
        if policy.arn not in role.managed_policies:
            policy.attach_to(role)


def update_policy(place: Place, physical: str, properties: Properties) -> Made:
    policy = iam(place.account).managed_policies[physical]
    document = text(properties["PolicyDocument"])
    place.may("CreatePolicyVersion", physical)
    iam_rules.check_managed_document(document)
    backend = iam(place.account)
    for version in [item for item in policy.versions if not item.is_default][: max(0, len(policy.versions) - 4)]:
        backend.delete_policy_version(physical, version.version_id)
    backend.create_policy_version(physical, document, "true")
    _attach_to_roles(place, policy, properties)
    return Made(physical, {"PolicyArn": physical, "PolicyId": policy.id})


def delete_policy(place: Place, physical: str) -> None:
    backend = iam(place.account)
    policy = backend.managed_policies.get(physical)
    if policy is None:
        return
    place.may("DeletePolicy", physical)
    for entity in (*backend.roles.values(), *backend.users.values(), *backend.groups.values()):
        if physical in entity.managed_policies:
            policy.detach_from(entity)
    backend.managed_policies.pop(physical, None)


def create_inline(place: Place, properties: Properties, _suffix: str) -> Made:
    name = str(properties["PolicyName"])
    for role_name in properties.get("Roles") or []:
        role = iam_rules.role_named(place.account, str(role_name))
        place.may("PutRolePolicy", role.arn)
        document = text(properties["PolicyDocument"])
        iam_rules.check_inline_document(role, name, document)
        role.policies[name] = document
    return Made(f"{','.join(map(str, properties.get('Roles') or []))}|{name}", {})


def update_inline(place: Place, _physical: str, properties: Properties) -> Made:
    return create_inline(place, properties, "")


def delete_inline(place: Place, physical: str) -> None:
    roles, _, name = physical.partition("|")
    for role in iam(place.account).roles.values():
        if role.name in roles.split(","):
            role.policies.pop(name, None)


def create_profile(place: Place, properties: Properties, suffix: str) -> Made:
    name = place.name(properties.get("InstanceProfileName"), suffix)
    path = str(properties.get("Path") or "/")
    place.may("CreateInstanceProfile", _arn(place, "instance-profile", path, name))
    roles = [iam_rules.role_named(place.account, str(item)) for item in properties.get("Roles") or []]
    for need in (need for role in roles for need in pass_role(role.arn, "ec2.amazonaws.com")):
        place.may("PassRole", need.resource, need.keys)
    profile = iam(place.account).create_instance_profile(name, path, [], [])
    profile.roles.extend(roles)
    return Made(name, {"Arn": profile.arn})


def delete_profile(place: Place, physical: str) -> None:
    backend = iam(place.account)
    for key in [key for key, item in backend.instance_profiles.items() if item.name == physical]:
        backend.instance_profiles.pop(key)


Create = Callable[[Place, Properties, str], Made]
Update = Callable[[Place, str, Properties], Made]
Delete = Callable[[Place, str], None]


def _unchanging(place: Place, _physical: str, _properties: Properties) -> Made:
    raise invalid(f"The resource {place.logical} cannot be updated in place.")


KINDS: dict[str, tuple[Create, Update, Delete]] = {
    "AWS::IAM::Role": (create_role, update_role, delete_role),
    "AWS::IAM::ManagedPolicy": (create_policy, update_policy, delete_policy),
    "AWS::IAM::Policy": (create_inline, update_inline, delete_inline),
    "AWS::IAM::InstanceProfile": (create_profile, _unchanging, delete_profile),
}
