"""Add-ons."""

from collections.abc import Mapping
from typing import Any

from sandbox.aws import delays
from sandbox.aws.eks import pods, store
from sandbox.aws.eks.store import Item, Key, invalid
from sandbox.aws.eks.updates import begin
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import arn

# name -> (versions, newest first; type)
OFFERED = {
    "vpc-cni": (("v1.20.1-eksbuild.1", "v1.19.6-eksbuild.1"), "networking"),
    "coredns": (("v1.12.2-eksbuild.4", "v1.11.4-eksbuild.14"), "networking"),
    "kube-proxy": (("v1.33.0-eksbuild.2", "v1.32.5-eksbuild.2"), "networking"),
    "aws-ebs-csi-driver": (("v1.46.0-eksbuild.1", "v1.44.0-eksbuild.1"), "storage"),
    "aws-efs-csi-driver": (("v2.1.9-eksbuild.1",), "storage"),
    "eks-pod-identity-agent": (("v1.3.8-eksbuild.2", "v1.3.7-eksbuild.2"), "security"),
    "metrics-server": (("v0.8.0-eksbuild.1",), "observability"),
    "snapshot-controller": (("v8.3.0-eksbuild.1",), "storage"),
    "external-dns": (("v0.18.0-eksbuild.1",), "networking"),
    "amazon-cloudwatch-observability": (("v4.3.0-eksbuild.1",), "observability"),
}
NAMESPACES = {"external-dns": "external-dns", "amazon-cloudwatch-observability": "amazon-cloudwatch"}
SECONDS_SHARE = 0.2  # of a node group's


def _seconds() -> float:
    return delays.seconds_of("nodegroup") * SECONDS_SHARE


@answers("eks", "CreateAddon")
def create_addon(call: Call) -> Mapping[str, Any]:
    cluster, name = store.cluster_of(call), str(call.params["addonName"])
    key = store.key_of(call, str(cluster["name"]), name)
    if key in store.shelf("addon"):
        raise store.in_use("Addon already exists.", clusterName=key[2], addonName=name)
    own = arn(call, "eks", f"addon/{key[2]}/{name}/{store.uuid_like()}")
    item: Item = {
        "addonName": name,
        "clusterName": key[2],
        "status": "CREATING",
        "addonVersion": _version(name, call.params.get("addonVersion")),
        "health": {"issues": []},
        "addonArn": own,
        "createdAt": store.now(),
        "modifiedAt": store.now(),
        "serviceAccountRoleArn": call.params.get("serviceAccountRoleArn"),
        "configurationValues": call.params.get("configurationValues"),
        "owner": "aws",
        "publisher": "eks",
    }
    item["podIdentityAssociations"] = _identities(call, item)
    store.put("addon", key, own, item, call.params.get("tags"))
    delays.later("eks:addon", key, "ACTIVE", _seconds())
    return {"addon": store.public(item)}


def _identities(call: Call, item: Item) -> list[str]:
    """ARNs of the pod identities that the add-on's service accounts work with."""
    place = NAMESPACES.get(str(item["addonName"]), "kube-system")
    return [
        pods.associate(call, str(item["clusterName"]), (place, str(one["serviceAccount"])), str(one["roleArn"]))
        for one in call.params.get("podIdentityAssociations") or []
    ]


def _version(name: str, wanted: Any) -> str:
    if name not in OFFERED:
        raise invalid(f"Addon {name} specified is not supported in the Kubernetes version of the cluster")
    return str(wanted or OFFERED[name][0][0])


@answers("eks", "UpdateAddon")
def update_addon(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "addon", str(call.params["addonName"]))
    key = store.key_of(call, str(item["clusterName"]), str(item["addonName"]))
    version = _version(key[3], call.params.get("addonVersion") or item["addonVersion"])
    answer = begin("addon", key, "AddonUpdate", {"AddonVersion": version}, _seconds())
    item["addonVersion"] = version
    for name in ("serviceAccountRoleArn", "configurationValues"):
        if call.params.get(name) is not None:
            item[name] = call.params[name]
    if call.params.get("podIdentityAssociations") is not None:
        item["podIdentityAssociations"] = _identities(call, item)
    return answer


@answers("eks", "DescribeAddon")
def describe_addon(call: Call) -> Mapping[str, Any]:
    return {"addon": store.public(store.one_of(call, "addon", str(call.params["addonName"])))}


@answers("eks", "ListAddons")
def list_addons(call: Call) -> Mapping[str, Any]:
    key = store.key_of(call, str(store.cluster_of(call)["name"]))
    return store.page(call, "addons", sorted(found[3] for found, _ in store.below("addon", key)))


@answers("eks", "DeleteAddon")
def delete_addon(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "addon", str(call.params["addonName"]))
    item["status"] = "DELETING"
    key = store.key_of(call, str(item["clusterName"]), str(item["addonName"]))
    delays.later("eks:addon", key, "", _seconds())
    return {"addon": store.public(item)}


@delays.on_due("eks:addon")
def _settle(key: Key, outcome: str) -> None:
    item = store.shelf("addon").get(key)
    if item is not None and outcome:
        item["status"] = outcome
    elif item is not None:
        pods.release(item["podIdentityAssociations"])
        store.drop("addon", key)


@answers("eks", "DescribeAddonVersions")
def describe_addon_versions(call: Call) -> Mapping[str, Any]:
    wanted = call.params.get("addonName")
    kubernetes = str(call.params.get("kubernetesVersion") or "1.33")
    found = []
    for name, (offered, kind) in OFFERED.items():
        if wanted in (None, name):
            fits = [{"clusterVersion": kubernetes, "platformVersions": ["*"], "defaultVersion": True}]
            listed = [
                {"addonVersion": text, "architecture": ["amd64"], "compatibilities": fits} for text in offered
            ]
            found.append({"addonName": name, "type": kind, "publisher": "eks", "owner": "aws",
                          "addonVersions": listed})  # fmt: skip
    return store.page(call, "addons", found)
