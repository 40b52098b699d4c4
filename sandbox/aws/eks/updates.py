"""Updates of clusters, node groups and add-ons: one at a time, in progress for a while, then successful."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.aws import delays
from sandbox.aws.eks import store, versions
from sandbox.aws.eks.clusters import logging_of
from sandbox.aws.eks.nodegroups import scale
from sandbox.aws.eks.store import Item, Key, invalid
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call

UPDATE_SHARE = 0.5  # an update takes half of what the creation took


def begin(kind: str, key: Key, update_type: str, params: Mapping[str, Any], seconds: float) -> Item:
    """Record an update of the thing at ``key``; its status is UPDATING until the update is due."""
    item = store.shelf(kind)[key]
    if item["status"] not in ("ACTIVE", "DEGRADED"):
        raise store.in_use(f"{kind.title()} {key[-1]} is currently {item['status'].lower()}")
    item["status"] = "UPDATING"
    update: Item = {
        "id": store.uuid_like(),
        "status": "InProgress",
        "type": update_type,
        "params": [{"type": name, "value": _text(value)} for name, value in params.items()],
        "createdAt": store.now(),
        "errors": [],
    }
    store.shelf("update")[(*key, kind, str(update["id"]))] = update
    delays.later("eks:update", (*key, kind, str(update["id"])), "Successful", seconds * UPDATE_SHARE)
    return {"update": dict(update)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@delays.on_due("eks:update")
def _settle(key: Key, outcome: str) -> None:
    update = store.shelf("update").get(key)
    if update:
        update["status"] = outcome
    item = store.shelf(key[-2]).get(key[:-2])
    if item and item["status"] == "UPDATING":
        item["status"] = "ACTIVE"


@answers("eks", "UpdateClusterConfig")
def update_cluster_config(call: Call) -> Mapping[str, Any]:
    item = store.cluster_of(call)
    key = store.key_of(call, str(item["name"]))
    wanted = [name for name in CLUSTER_CHANGES if call.params.get(name) is not None]
    if len(wanted) != 1:
        raise invalid("Only one type of update can be allowed." if wanted else "No changes needed")
    name = wanted[0]
    value = call.params[name]
    if _merged(item.get(name), value) == item.get(name) and name != "logging":
        raise invalid(f"Cluster is already at the desired configuration with {name}.")
    params = value if isinstance(value, Mapping) else {name: value}
    answer = begin("cluster", key, CLUSTER_CHANGES[name], _titled(params), delays.seconds_of("cluster"))
    item[name] = logging_of(value, item["logging"]) if name == "logging" else _merged(item.get(name), value)
    return answer


CLUSTER_CHANGES = {
    "resourcesVpcConfig": "EndpointAccessUpdate",
    "logging": "LoggingUpdate",
    "accessConfig": "AccessConfigUpdate",
    "upgradePolicy": "UpgradePolicyUpdate",
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
    "deletionProtection": "DeletionProtectionUpdate",
}


def _merged(current: Any, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {**(current or {}), **value}
    return value


def _titled(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name[:1].upper() + name[1:]: value for name, value in params.items()}


@answers("eks", "UpdateClusterVersion")
def update_cluster_version(call: Call) -> Mapping[str, Any]:
    item = store.cluster_of(call)
    version, current = versions.check(str(call.params["version"])), str(item["version"])
    if versions.minor(version) != versions.minor(current) + 1:
        raise invalid(f"Unsupported Kubernetes minor version update from {current} to {version}")
    key = store.key_of(call, str(item["name"]))
    params = {"Version": version, "PlatformVersion": "eks.1"}
    answer = begin("cluster", key, "VersionUpdate", params, delays.seconds_of("cluster"))
    item["version"] = version
    return answer


@answers("eks", "AssociateEncryptionConfig")
def associate_encryption(call: Call) -> Mapping[str, Any]:
    item = store.cluster_of(call, str(call.params["clusterName"]))
    key = store.key_of(call, str(item["name"]))
    config = call.params["encryptionConfig"]
    params = {"EncryptionConfig": config}
    answer = begin("cluster", key, "AssociateEncryptionConfig", params, delays.seconds_of("cluster"))
    item["encryptionConfig"] = config
    return answer


@answers("eks", "UpdateNodegroupConfig")
def update_nodegroup_config(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "nodegroup", str(call.params["nodegroupName"]))
    key = store.key_of(call, str(item["clusterName"]), str(item["nodegroupName"]))
    scaling = {**item["scalingConfig"], **(call.params.get("scalingConfig") or {})}
    if not scaling["minSize"] <= scaling["desiredSize"] <= scaling["maxSize"]:
        raise invalid("desired capacity must be between the minimum and the maximum size")
    params = _titled(scaling) if call.params.get("scalingConfig") else {}
    answer = begin("nodegroup", key, "ConfigUpdate", params, delays.seconds_of("nodegroup"))
    item["scalingConfig"] = scaling
    labels = call.params.get("labels") or {}
    item["labels"] = {**item["labels"], **(labels.get("addOrUpdateLabels") or {})}
    for name in labels.get("removeLabels") or []:
        item["labels"].pop(name, None)
    if call.params.get("updateConfig"):
        item["updateConfig"] = call.params["updateConfig"]
    scale(key, item)
    return answer


@answers("eks", "UpdateNodegroupVersion")
def update_nodegroup_version(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "nodegroup", str(call.params["nodegroupName"]))
    cluster = store.cluster_of(call)
    key = store.key_of(call, str(item["clusterName"]), str(item["nodegroupName"]))
    version = str(call.params.get("version") or cluster["version"])
    if versions.minor(version) > versions.minor(str(cluster["version"])):
        raise invalid(f"Nodegroup Kubernetes version {version} is newer than the cluster's {cluster['version']}")
    release = str(call.params.get("releaseVersion") or f"{version}.1-20260101")
    params = {"Version": version, "ReleaseVersion": release}
    answer = begin("nodegroup", key, "VersionUpdate", params, delays.seconds_of("nodegroup"))
    item.update(version=version, releaseVersion=release)
    return answer


def _place(call: Call) -> tuple[str, Key]:
    name = str(store.cluster_of(call)["name"])
    if call.params.get("nodegroupName"):
        return "nodegroup", store.key_of(call, name, str(call.params["nodegroupName"]))
    if call.params.get("addonName"):
        return "addon", store.key_of(call, name, str(call.params["addonName"]))
    return "cluster", store.key_of(call, name)


@answers("eks", "ListUpdates")
def list_updates(call: Call) -> Mapping[str, Any]:
    kind, key = _place(call)
    found = [item["id"] for _, item in store.below("update", (*key, kind))]
    return store.page(call, "updateIds", found)


@answers("eks", "DescribeUpdate")
def describe_update(call: Call) -> Mapping[str, Any]:
    kind, key = _place(call)
    update = store.shelf("update").get((*key, kind, str(call.params["updateId"])))
    if update is None:
        raise store.not_found(f"No update found for ID: {call.params['updateId']}")
    return {"update": dict(update)}
