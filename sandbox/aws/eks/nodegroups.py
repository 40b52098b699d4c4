"""Node groups, with instances of EC2 behind them, spread over the zones of their subnets."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.aws import delays
from sandbox.aws.credentials import iam
from sandbox.aws.eks import store
from sandbox.aws.eks.access import add_entry
from sandbox.aws.eks.store import Item, Key, invalid
from sandbox.aws.extensions import answers
from sandbox.aws.quotas import check_vcpus
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import arn

API_MODES = ("API", "API_AND_CONFIG_MAP")


@answers("eks", "CreateNodegroup")
def create_nodegroup(call: Call) -> Mapping[str, Any]:
    again = store.known_token(call, "nodegroup")
    if again:
        return {"nodegroup": store.public(again)}
    cluster = store.cluster_of(call)
    name = str(call.params["nodegroupName"])
    key = store.key_of(call, str(cluster["name"]), name)
    if key in store.shelf("nodegroup"):
        raise store.in_use(f"NodeGroup already exists with name {name} and cluster name {cluster['name']}")
    if cluster["status"] not in ("ACTIVE", "UPDATING"):
        message = f"Cluster '{cluster['name']}' is not in ACTIVE status"
        raise invalid(message, clusterName=str(cluster["name"]))
    _check_role(str(call.params.get("nodeRole")))
    identifier = store.uuid_like()
    own = arn(call, "eks", f"nodegroup/{cluster['name']}/{name}/{identifier}")
    item = store.put(
        "nodegroup", key, own, _nodegroup(call, cluster, name, identifier, own), call.params.get("tags")
    )
    check_vcpus(call.account, call.region, item["instanceTypes"][0], item["scalingConfig"]["desiredSize"])
    store.keep_token(call, key)
    if cluster["accessConfig"]["authenticationMode"] in API_MODES:
        add_entry(call, str(cluster["name"]), item["nodeRole"], "EC2_LINUX", {}, exist_ok=True)
    delays.later("eks:nodegroup", key, "ACTIVE", delays.seconds_of("nodegroup"))
    return {"nodegroup": store.public(item)}


def _check_role(role_arn: str) -> None:
    account = role_arn.split(":")[4] if role_arn.count(":") >= 5 else ""
    known = account.isdigit() and any(role.arn == role_arn for role in iam(account).roles.values())
    if not known:
        raise invalid(f"The role with name {role_arn.rpartition('/')[2]} cannot be found.")


def _nodegroup(call: Call, cluster: Item, name: str, identifier: str, own: str) -> Item:
    params = call.params
    subnets = list(params.get("subnets") or [])
    backend: Any = ec2_backends[call.account][call.region]
    for subnet in subnets:
        if not any(subnet in zone for zone in backend.subnets.values()):
            raise invalid(f"The subnet ID '{subnet}' does not exist")
    scaling = {"minSize": 1, "maxSize": 2, "desiredSize": 2, **(params.get("scalingConfig") or {})}
    return {
        "nodegroupName": name,
        "nodegroupArn": own,
        "clusterName": cluster["name"],
        "version": str(params.get("version") or cluster["version"]),
        "releaseVersion": str(params.get("releaseVersion") or f"{cluster['version']}.1-20260101"),
        "createdAt": store.now(),
        "modifiedAt": store.now(),
        "status": "CREATING",
        "capacityType": params.get("capacityType") or "ON_DEMAND",
        "scalingConfig": scaling,
        "instanceTypes": params.get("instanceTypes") or ["t3.medium"],
        "subnets": subnets,
        "amiType": params.get("amiType") or "AL2023_x86_64_STANDARD",
        "nodeRole": params["nodeRole"],
        "labels": params.get("labels") or {},
        "taints": params.get("taints") or [],
        "diskSize": params.get("diskSize") or (None if params.get("launchTemplate") else 20),
        "health": {"issues": []},
        "updateConfig": params.get("updateConfig") or {"maxUnavailable": 1},
        "launchTemplate": params.get("launchTemplate"),
        "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{identifier}"}]},
        "_instances": [],
    }  # fmt: skip


def scale(key: Key, item: Item) -> None:
    """Bring the number of instances to the desired size, zone after zone."""
    backend: Any = ec2_backends[key[0]][key[1]]
    held: list[str] = item["_instances"]
    wanted = int(item["scalingConfig"]["desiredSize"])
    for identifier in held[wanted:]:
        _terminate(backend, identifier)
    del held[wanted:]
    while len(held) < wanted:
        held.append(_launch(backend, key, item, item["subnets"][len(held) % len(item["subnets"])]))


def _launch(backend: Any, key: Key, item: Item, subnet: str) -> str:
    group = item["resources"]["autoScalingGroups"][0]["name"]
    cluster = store.shelf("cluster")[key[:3]]
    tags = {
        "eks:cluster-name": key[2],
        "eks:nodegroup-name": key[3],
        f"kubernetes.io/cluster/{key[2]}": "owned",
        "aws:autoscaling:groupName": group,
    }
    reservation = backend.run_instances(
        "ami-12c6146b",
        1,
        None,
        [],
        instance_type=item["instanceTypes"][0],
        is_instance_type_default=False,
        region_name=key[1],
        subnet_id=subnet,
        security_group_ids=[cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]],
        tags={"instance": tags},
    )
    return str(reservation.instances[0].id)


def _terminate(backend: Any, identifier: str) -> None:
    known = {instance.id for item in backend.reservations.values() for instance in item.instances}
    if identifier in known:
        backend.terminate_instances([identifier])


@answers("autoscaling", "DescribeAutoScalingGroups")
def describe_groups(call: Call) -> Mapping[str, Any]:
    """The groups that EKS made; there are no others in the sandbox."""
    wanted = call.params.get("AutoScalingGroupNames")
    found = []
    for key, item in store.below("nodegroup", (call.account, call.region)):
        name = item["resources"]["autoScalingGroups"][0]["name"]
        if not wanted or name in wanted:
            found.append(_group(key, item, name))
    return {"AutoScalingGroups": found}


def _group(key: Key, item: Item, name: str) -> Item:
    backend: Any = ec2_backends[key[0]][key[1]]
    instances = [backend.get_instance(identifier) for identifier in item["_instances"]]
    zones = [backend.get_subnet(subnet).availability_zone for subnet in item["subnets"]]
    return {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": (
            f"arn:aws:autoscaling:{key[1]}:{key[0]}:autoScalingGroup:{store.uuid_like()}:autoScalingGroupName/{name}"
        ),
        "MinSize": item["scalingConfig"]["minSize"],
        "MaxSize": item["scalingConfig"]["maxSize"],
        "DesiredCapacity": item["scalingConfig"]["desiredSize"],
        "DefaultCooldown": 300,
        "HealthCheckType": "EC2",
        "CreatedTime": item["createdAt"],
        "AvailabilityZones": sorted(set(zones)),
        "VPCZoneIdentifier": ",".join(item["subnets"]),
        "Instances": [
            {
                "InstanceId": instance.id,
                "InstanceType": instance.instance_type,
                "AvailabilityZone": backend.get_subnet(instance.subnet_id).availability_zone,
                "LifecycleState": "InService",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
            }
            for instance in instances
        ],
        "Tags": [],
    }


@answers("eks", "DescribeNodegroup")
def describe_nodegroup(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "nodegroup", str(call.params["nodegroupName"]))
    return {"nodegroup": store.public(item)}


@answers("eks", "ListNodegroups")
def list_nodegroups(call: Call) -> Mapping[str, Any]:
    key = store.key_of(call, str(store.cluster_of(call)["name"]))
    return store.page(call, "nodegroups", sorted(found[3] for found, _ in store.below("nodegroup", key)))


@answers("eks", "DeleteNodegroup")
def delete_nodegroup(call: Call) -> Mapping[str, Any]:
    item = store.one_of(call, "nodegroup", str(call.params["nodegroupName"]))
    key = store.key_of(call, str(item["clusterName"]), str(item["nodegroupName"]))
    item["status"] = "DELETING"
    delays.later("eks:nodegroup", key, "", delays.seconds_of("nodegroup", deleting=True))
    return {"nodegroup": store.public(item)}


@delays.on_due("eks:nodegroup")
def _settle(key: Key, outcome: str) -> None:
    item = store.shelf("nodegroup").get(key)
    if item is None:
        return
    if outcome:
        item["status"] = outcome
        scale(key, item)
        return
    item["scalingConfig"] = {**item["scalingConfig"], "desiredSize": 0}
    scale(key, item)
    store.drop("nodegroup", key)
