"""Pod identity associations."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.aws.eks import store
from sandbox.aws.eks.store import Item
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import arn

SUMMARY = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")


@answers("eks", "CreatePodIdentityAssociation")
def create_association(call: Call) -> Mapping[str, Any]:
    again = store.known_token(call, "pod")
    if again:
        return {"association": store.public(again)}
    cluster = str(store.cluster_of(call)["name"])
    subject = (call.params["namespace"], call.params["serviceAccount"])
    for _, held in store.below("pod", store.key_of(call, cluster)):
        if (held["namespace"], held["serviceAccount"]) == subject:
            message = f"Association already exists: {held['associationId']}"
            raise store.in_use(message, clusterName=cluster)
    item = _item(call, cluster, subject, call.params["roleArn"])
    item["disableSessionTags"] = bool(call.params.get("disableSessionTags"))
    key = store.key_of(call, cluster, str(item["associationId"]))
    store.keep_token(call, key)
    return {
        "association": store.public(store.put("pod", key, item["associationArn"], item, call.params.get("tags")))
    }


def _item(call: Call, cluster: str, account: tuple[str, str], role: str) -> Item:
    identifier = f"a-{store.token_hex(9)[:17]}"
    return {
        "clusterName": cluster,
        "namespace": account[0],
        "serviceAccount": account[1],
        "roleArn": role,
        "associationArn": arn(call, "eks", f"podidentityassociation/{cluster}/{identifier}"),
        "associationId": identifier,
        "createdAt": store.now(),
        "modifiedAt": store.now(),
        "disableSessionTags": False,
    }


def associate(call: Call, cluster: str, account: tuple[str, str], role: str) -> str:
    """The association of an add-on's service account, made or changed; its ARN."""
    for _, held in store.below("pod", store.key_of(call, cluster)):
        if (held["namespace"], held["serviceAccount"]) == account:
            held["roleArn"] = role
            return str(held["associationArn"])
    item = _item(call, cluster, account, role)
    store.put("pod", store.key_of(call, cluster, str(item["associationId"])), item["associationArn"], item, {})
    return str(item["associationArn"])


def release(arns: Sequence[str]) -> None:
    """An add-on takes its associations with it."""
    for key, item in list(store.shelf("pod").items()):
        if item["associationArn"] in arns:
            store.drop("pod", key)


@answers("eks", "DescribePodIdentityAssociation")
def describe_association(call: Call) -> Mapping[str, Any]:
    return {"association": store.public(store.one_of(call, "pod", str(call.params["associationId"])))}


@answers("eks", "ListPodIdentityAssociations")
def list_associations(call: Call) -> Mapping[str, Any]:
    key = store.key_of(call, str(store.cluster_of(call)["name"]))
    found = []
    for _, item in store.below("pod", key):
        namespace, account = call.params.get("namespace"), call.params.get("serviceAccount")
        if namespace in (None, item["namespace"]) and account in (None, item["serviceAccount"]):
            found.append({name: item[name] for name in SUMMARY})
    return store.page(call, "associations", found)


@answers("eks", "UpdatePodIdentityAssociation")
def update_association(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "pod", str(call.params["associationId"]))
    if call.params.get("roleArn"):
        item["roleArn"] = call.params["roleArn"]
    item["modifiedAt"] = store.now()
    return {"association": store.public(item)}


@answers("eks", "DeletePodIdentityAssociation")
def delete_association(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "pod", str(call.params["associationId"]))
    store.drop("pod", store.key_of(call, str(item["clusterName"]), str(item["associationId"])))
    return {"association": store.public(item)}
