"""Access entries and the access policies associated with them."""

from collections.abc import Mapping
from typing import Any

from sandbox.aws.eks import store
from sandbox.aws.eks.store import Item, invalid
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import arn

POLICIES = ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy",
            "AmazonEKSAdminViewPolicy")  # fmt: skip
PREFIX = "arn:aws:eks::aws:cluster-access-policy/"
TYPES = ("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX")


def add_entry(
    call: Call, cluster: str, principal: str, kind: str, params: Mapping[str, Any], *, exist_ok: bool = False
) -> Item:
    key = store.key_of(call, cluster, principal)
    held = store.shelf("entry").get(key)
    if held is not None:
        if exist_ok:
            return held
        message = "The specified access entry resource is already in use on this cluster."
        raise store.in_use(message, clusterName=cluster)
    what, _, name = principal.split(":", 5)[5].partition("/")
    rest = f"access-entry/{cluster}/{what}/{principal.split(':')[4]}/{name.rpartition('/')[2]}/{store.uuid_like()}"
    own = arn(call, "eks", rest)
    item: Item = {
        "clusterName": cluster,
        "principalArn": principal,
        "kubernetesGroups": params.get("kubernetesGroups") or ([] if kind == "STANDARD" else ["system:nodes"]),
        "accessEntryArn": own,
        "createdAt": store.now(),
        "modifiedAt": store.now(),
        "username": params.get("username") or _username(principal, kind),
        "type": kind,
        "_policies": {},
    }
    return store.put("entry", key, own, item, params.get("tags"))


def _username(principal: str, kind: str) -> str:
    if kind != "STANDARD":
        return "system:node:{{EC2PrivateDNSName}}"
    if ":role/" in principal:
        account, name = principal.split(":")[4], principal.rpartition("/")[2]
        return f"arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    return principal


def grant(entry: Item, policy: str, scope: Mapping[str, Any]) -> Item:
    held = entry["_policies"].get(policy)
    entry["_policies"][policy] = {
        "policyArn": policy,
        "accessScope": dict(scope),
        "associatedAt": held["associatedAt"] if held else store.now(),
        "modifiedAt": store.now(),
    }
    done: Item = entry["_policies"][policy]
    return done


@answers("eks", "CreateAccessEntry")
def create_access_entry(call: Call) -> Mapping[str, Any]:
    cluster = store.cluster_of(call)
    if cluster["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        message = (
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this "
            "operation."
        )
        raise AwsError("InvalidRequestException", message, 400)
    principal = str(call.params["principalArn"])
    kind = str(call.params.get("type") or "STANDARD")
    if kind not in TYPES or principal.count(":") < 5:
        raise invalid("The principalArn or the type of the access entry is not valid.")
    if any(group.startswith("system:") for group in call.params.get("kubernetesGroups") or []):
        raise invalid("The kubernetes group name system: prefix is reserved.")
    return {"accessEntry": store.public(add_entry(call, str(cluster["name"]), principal, kind, call.params))}


def _entry(call: Call) -> Item:
    cluster, principal = str(store.cluster_of(call)["name"]), str(call.params["principalArn"])
    item = store.shelf("entry").get(store.key_of(call, cluster, principal))
    if item is None:
        message = "The specified principalArn could not be found. You can view your available access entries with "
        raise store.not_found(f"{message}'list access entries'.", clusterName=cluster)
    return item


@answers("eks", "DescribeAccessEntry")
def describe_access_entry(call: Call) -> Mapping[str, Any]:
    return {"accessEntry": store.public(_entry(call))}


@answers("eks", "ListAccessEntries")
def list_access_entries(call: Call) -> Mapping[str, Any]:
    key = store.key_of(call, str(store.cluster_of(call)["name"]))
    wanted = call.params.get("associatedPolicyArn")
    found = [name[3] for name, item in store.below("entry", key) if not wanted or wanted in item["_policies"]]
    return store.page(call, "accessEntries", found)


@answers("eks", "UpdateAccessEntry")
def update_access_entry(call: Call) -> Mapping[str, Any]:
    item = _entry(call)
    for name in ("kubernetesGroups", "username"):
        if call.params.get(name) is not None:
            item[name] = call.params[name]
    item["modifiedAt"] = store.now()
    return {"accessEntry": store.public(item)}


@answers("eks", "DeleteAccessEntry")
def delete_access_entry(call: Call) -> Mapping[str, Any]:
    item = _entry(call)
    store.drop("entry", store.key_of(call, str(item["clusterName"]), str(item["principalArn"])))
    return {}


@answers("eks", "AssociateAccessPolicy")
def associate_access_policy(call: Call) -> Mapping[str, Any]:
    item = _entry(call)
    policy = str(call.params["policyArn"])
    if policy.removeprefix(PREFIX) not in POLICIES:
        raise invalid(f"The policyArn parameter format is not valid: {policy}")
    if item["type"] != "STANDARD":
        raise AwsError("InvalidRequestException", "Access policies need an access entry of type STANDARD.", 400)
    done = grant(item, policy, call.params["accessScope"])
    return {
        "clusterName": item["clusterName"],
        "principalArn": item["principalArn"],
        "associatedAccessPolicy": done,
    }


@answers("eks", "DisassociateAccessPolicy")
def disassociate_access_policy(call: Call) -> Mapping[str, Any]:
    item = _entry(call)
    if item["_policies"].pop(str(call.params["policyArn"]), None) is None:
        raise store.not_found("The specified access policy is not associated with the access entry.")
    return {}


@answers("eks", "ListAssociatedAccessPolicies")
def list_associated_access_policies(call: Call) -> Mapping[str, Any]:
    item = _entry(call)
    answer = store.page(call, "associatedAccessPolicies", list(item["_policies"].values()))
    return {**answer, "clusterName": item["clusterName"], "principalArn": item["principalArn"]}


@answers("eks", "ListAccessPolicies")
def list_access_policies(call: Call) -> Mapping[str, Any]:
    return store.page(call, "accessPolicies", [{"name": name, "arn": f"{PREFIX}{name}"} for name in POLICIES])
