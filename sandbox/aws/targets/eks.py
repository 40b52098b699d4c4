"""EKS: clusters and what hangs below them; roles handed over, tags at creation, keys for secrets."""

from typing import Any

from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.linked import service_linked_role
from sandbox.aws.targets.need import (
    Need,
    arn,
    pass_role,
    removed_tags,
    request_keys,
    request_tags,
    resource_keys,
)  # fmt: skip

ON_ANYTHING = ("ListClusters", "DescribeClusterVersions", "DescribeAddonVersions", "ListAccessPolicies",
               "DescribeAddonConfiguration")  # fmt: skip
CREATES_BELOW = ("CreateNodegroup", "CreateAddon", "CreateAccessEntry", "CreatePodIdentityAssociation",
                 "CreateFargateProfile")  # fmt: skip


def needs(call: Call) -> list[Need]:
    action = f"eks:{call.operation}"
    if call.operation in ON_ANYTHING:
        return [Need(action)]
    if call.operation in ("TagResource", "UntagResource", "ListTagsForResource"):
        return [_tagging(call, action)]
    tags = request_tags(call.params)
    keys = request_keys(tags) if call.operation.startswith("Create") else {}
    resource = _resource(call)
    found = [Need(action, resource, {**resource_keys(_tags_at(resource)), **keys})]
    if keys:
        found.append(Need("eks:TagResource", _created(call, resource), keys))
    return [*found, *_dependents(call)]


def _tagging(call: Call, action: str) -> Need:
    resource = str(call.params.get("resourceArn"))
    keys = request_keys(request_tags(call.params), removed_tags(call.params))
    return Need(action, resource, {**resource_keys(_tags_at(resource)), **keys})


def _resource(call: Call) -> str:
    params = call.params
    cluster = str(params.get("clusterName") or params.get("name") or "*")
    if call.operation in CREATES_BELOW:
        return arn(call, "eks", f"cluster/{cluster}")
    for parameter, kind in (("nodegroupName", "nodegroup"), ("addonName", "addon"), ("principalArn", "entry"),
                            ("associationId", "pod")):  # fmt: skip
        if params.get(parameter):
            found = state().shelf(f"eks:{kind}").get((call.account, call.region, cluster, params[parameter]))
            return str(_arn_of(found)) if found else _unknown(call, kind, cluster, str(params[parameter]))
    return arn(call, "eks", f"cluster/{cluster}")


def _created(call: Call, resource: str) -> str:
    """The thing itself where the creation is judged on its cluster."""
    cluster = str(call.params.get("clusterName"))
    for parameter, kind in (("nodegroupName", "nodegroup"), ("addonName", "addon"), ("principalArn", "entry")):
        if call.operation in CREATES_BELOW and call.params.get(parameter):
            return _unknown(call, kind, cluster, str(call.params[parameter]))
    if call.operation == "CreatePodIdentityAssociation":
        return _unknown(call, "pod", cluster, "*")
    return resource


def _arn_of(item: dict[str, Any]) -> str:
    names = ("nodegroupArn", "addonArn", "accessEntryArn", "associationArn")
    return str(next(item[name] for name in names if name in item))


def _unknown(call: Call, kind: str, cluster: str, name: str) -> str:
    if kind == "entry":
        rest = name.split(":")
        return arn(
            call, "eks", f"access-entry/{cluster}/{rest[5].split('/')[0]}/{rest[4]}/{name.split('/')[-1]}/*"
        )
    label = "podidentityassociation" if kind == "pod" else kind
    return arn(call, "eks", f"{label}/{cluster}/{name}" + ("" if kind == "pod" else "/*"))


def _tags_at(resource: str) -> dict[str, str]:
    return dict(state().shelf("eks:tags").get(resource, {}))


def _dependents(call: Call) -> list[Need]:
    params = call.params
    if call.operation == "CreateCluster":
        role = service_linked_role(call, "eks.amazonaws.com", "AWSServiceRoleForAmazonEKS")
        return [*pass_role(params.get("roleArn"), "eks.amazonaws.com"), *role, *_encryption(params)]
    if call.operation == "CreateNodegroup":
        service = "eks-nodegroup.amazonaws.com"
        role = service_linked_role(call, service, "AWSServiceRoleForAmazonEKSNodegroup")
        return [*pass_role(params.get("nodeRole"), "ec2.amazonaws.com"), *role]
    if call.operation in ("CreatePodIdentityAssociation", "UpdatePodIdentityAssociation"):
        return pass_role(params.get("roleArn"), "pods.eks.amazonaws.com")
    if call.operation in ("CreateAddon", "UpdateAddon"):
        return [*pass_role(params.get("serviceAccountRoleArn"), "eks.amazonaws.com"), *_pods(call)]
    if call.operation == "DeleteAddon":
        return _released(call)
    if call.operation == "AssociateEncryptionConfig":
        return _encryption(params)
    return []


def _pods(call: Call) -> list[Need]:
    """The pod identities of an add-on are made in the caller's name."""
    asked = call.params.get("podIdentityAssociations") or []
    cluster = arn(call, "eks", f"cluster/{call.params.get('clusterName')}")
    passed = [need for one in asked for need in pass_role(one.get("roleArn"), "pods.eks.amazonaws.com")]
    return [Need("eks:CreatePodIdentityAssociation", cluster), *passed] if asked else []


def _released(call: Call) -> list[Need]:
    key = (call.account, call.region, call.params.get("clusterName"), call.params.get("addonName"))
    held = state().shelf("eks:addon").get(key, {}).get("podIdentityAssociations", ())
    return [Need("eks:DeletePodIdentityAssociation", one) for one in held]


def _encryption(params: dict[str, Any]) -> list[Need]:
    keys = [str(item.get("provider", {}).get("keyArn")) for item in params.get("encryptionConfig") or []]
    context = {"kms:grantisforawsresource": ("true",)}
    return [Need(action, key, context) for key in keys for action in ("kms:DescribeKey", "kms:CreateGrant")]
