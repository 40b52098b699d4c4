"""IAM: names become ARNs with the path they have; boundaries and policies are condition keys."""

from collections.abc import Sequence
from typing import Any

from sandbox.aws.credentials import iam
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import (
    Need,
    arn,
    pass_role,
    removed_tags,
    request_keys,
    request_tags,
    resource_keys,
    tag_pairs,
)  # fmt: skip

TAG_AT_CREATE = {
    "CreateRole": "iam:TagRole", "CreatePolicy": "iam:TagPolicy", "CreateUser": "iam:TagUser",
    "CreateInstanceProfile": "iam:TagInstanceProfile",
    "CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
}  # fmt: skip
ON_ANYTHING = ("List", "GetAccount", "GenerateCredentialReport", "GetCredentialReport")
LISTS_OF_ONE = (
    "ListAttachedRolePolicies", "ListRolePolicies", "ListRoleTags", "ListInstanceProfilesForRole",
    "ListEntitiesForPolicy", "ListPolicyVersions", "ListPolicyTags", "ListAttachedUserPolicies",
    "ListUserPolicies", "ListInstanceProfileTags", "ListOpenIDConnectProviderTags", "ListGroupsForUser",
)  # fmt: skip


def needs(call: Call) -> list[Need]:
    name = call.operation
    if name.startswith(ON_ANYTHING) and name not in LISTS_OF_ONE:
        return [Need(f"iam:{name}")]
    if name in ("CreateServiceLinkedRole", "SimulatePrincipalPolicy", "SimulateCustomPolicy"):
        return [_special(call)]
    resource, keys = _resource(call)
    tags = request_tags(call.params)
    keys = {**keys, **request_keys(tags, removed_tags(call.params))}
    found = [Need(f"iam:{name}", resource, keys)]
    if tags and name in TAG_AT_CREATE:
        found.append(Need(TAG_AT_CREATE[name], resource, keys))
    if name == "AddRoleToInstanceProfile":
        found += pass_role(role_arn(call, call.params["RoleName"]), "ec2.amazonaws.com")
    return found


def _special(call: Call) -> Need:
    if call.operation == "CreateServiceLinkedRole":
        service = str(call.params.get("AWSServiceName"))
        resource = arn(call, "iam", f"role/aws-service-role/{service}/*", region=False)
        return Need("iam:CreateServiceLinkedRole", resource, {"iam:awsservicename": (service,)})
    resource = str(call.params.get("PolicySourceArn") or "*")
    return Need(f"iam:{call.operation}", resource)


def _resource(call: Call) -> tuple[str, dict[str, Sequence[str]]]:
    params = call.params
    for name in ("PolicyArn", "OpenIDConnectProviderArn"):
        if name in params and not {"RoleName", "UserName", "GroupName"} & set(params):
            return str(params[name]), _entity_keys(_by_arn(call, str(params[name])))
    if call.operation == "CreateOpenIDConnectProvider":
        host = str(params.get("Url", "")).partition("://")[2]
        return arn(call, "iam", f"oidc-provider/{host}", region=False), {}
    for parameter, kind in (("InstanceProfileName", "instance-profile"), ("RoleName", "role"),
                            ("PolicyName", "policy"), ("UserName", "user"), ("GroupName", "group")):  # fmt: skip
        if parameter in params:
            return _named(call, kind, str(params[parameter]))
    return "*", {}


def _named(call: Call, kind: str, name: str) -> tuple[str, dict[str, Sequence[str]]]:
    entity = None if call.operation == f"Create{kind.title().replace('-', '')}" else find(call, kind, name)
    path = str(call.params.get("Path") or "/") if entity is None else entity.path
    boundary = call.params.get("PermissionsBoundary") or getattr(entity, "permissions_boundary_arn", None)
    keys = dict(_entity_keys(entity))
    if boundary:
        keys["iam:permissionsboundary"] = (str(boundary),)
    if call.params.get("PolicyArn"):
        keys["iam:policyarn"] = (str(call.params["PolicyArn"]),)
    return arn(call, "iam", f"{kind}{path}{name}", region=False), keys


def find(call: Call, kind: str, name: str) -> Any:
    backend = iam(call.account)
    if kind == "role":
        return next((role for role in backend.roles.values() if role.name == name), None)
    if kind == "instance-profile":
        return next((item for item in backend.instance_profiles.values() if item.name == name), None)
    return {"user": backend.users, "group": backend.groups}.get(kind, {}).get(name)


def role_arn(call: Call, name: str) -> str:
    role = find(call, "role", name)
    return str(role.arn) if role else arn(call, "iam", f"role/{name}", region=False)


def _by_arn(call: Call, wanted: str) -> Any:
    backend = iam(call.account)
    return backend.managed_policies.get(wanted) or backend.open_id_providers.get(wanted)


def _entity_keys(entity: Any) -> dict[str, Sequence[str]]:
    return resource_keys(entity_tags(entity), "iam")


def entity_tags(entity: Any) -> dict[str, str]:
    """moto keeps tags of IAM entities as a list or as a dictionary of pairs."""
    raw = getattr(entity, "tags", None) or []
    return tag_pairs(list(raw.values()) if isinstance(raw, dict) else raw)
