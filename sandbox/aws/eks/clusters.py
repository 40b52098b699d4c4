"""Clusters."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto.ec2.models import ec2_backends

from sandbox.aws import delays
from sandbox.aws.credentials import iam
from sandbox.aws.eks import store, versions
from sandbox.aws.eks.access import add_entry, grant
from sandbox.aws.eks.store import Item, Key, invalid
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.quotas import limit
from sandbox.aws.requests import Call
from sandbox.aws.targets.need import arn

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
API_MODES = ("API", "API_AND_CONFIG_MAP")


@answers("eks", "CreateCluster")
def create_cluster(call: Call) -> Mapping[str, Any]:
    again = store.known_token(call, "cluster")
    if again:
        return {"cluster": store.public(again)}
    name = str(call.params["name"])
    key = store.key_of(call, name)
    if key in store.shelf("cluster"):
        raise store.in_use(f"Cluster already exists with name: {name}", clusterName=name)
    _check_quota(call)
    _check_role(str(call.params.get("roleArn")))
    item = store.put(
        "cluster", key, arn(call, "eks", f"cluster/{name}"), _cluster(call, name), call.params.get("tags")
    )
    store.keep_token(call, key)
    _creator(call, item, key)
    delays.later("eks:cluster", key, "ACTIVE", delays.seconds_of("cluster"))
    return {"cluster": store.public(item)}


def _check_quota(call: Call) -> None:
    held = sum(1 for _ in store.below("cluster", (call.account, call.region)))
    if held >= limit(call.account, call.region, "eks", "L-1194D53C"):
        message = "Cluster limit exceeded. Request a quota increase in Service Quotas."
        raise AwsError("ResourceLimitExceededException", message, 400)


def _check_role(role_arn: str) -> None:
    account = role_arn.split(":")[4] if role_arn.count(":") >= 5 else ""
    roles = iam(account).roles.values() if account.isdigit() else ()
    role = next((item for item in roles if item.arn == role_arn), None)
    if role is None or "eks.amazonaws.com" not in str(role.assume_role_policy_document):
        message = (
            f"Role with arn: {role_arn}, could not be assumed because it does not exist or the trusted entity "
            "is not correct"
        )
        raise invalid(message)


def _cluster(call: Call, name: str) -> Item:
    params = call.params
    identifier = store.token_hex().upper()
    subnets = list((params.get("resourcesVpcConfig") or {}).get("subnetIds") or [])
    network = dict(params.get("kubernetesNetworkConfig") or {})
    access = dict(params.get("accessConfig") or {})
    return {
        "name": name,
        "arn": arn(call, "eks", f"cluster/{name}"),
        "createdAt": store.now(),
        "version": versions.check(str(params.get("version") or versions.DEFAULT)),
        "endpoint": f"https://{identifier}.gr7.{call.region}.eks.amazonaws.com",
        "roleArn": params["roleArn"],
        "resourcesVpcConfig": _network(call, name, subnets),
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": network.get("serviceIpv4Cidr", "172.20.0.0/16"),
            "ipFamily": network.get("ipFamily", "ipv4"),
            "elasticLoadBalancing": network.get("elasticLoadBalancing", {"enabled": False}),
        },
        "logging": logging_of(params.get("logging")),
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{call.region}.amazonaws.com/id/{identifier}"}},
        "status": "CREATING",
        "certificateAuthority": {"data": _authority(name)},
        "platformVersion": "eks.1",
        "encryptionConfig": params.get("encryptionConfig") or [],
        "health": {"issues": []},
        "accessConfig": {
            "bootstrapClusterCreatorAdminPermissions": access.get("bootstrapClusterCreatorAdminPermissions", True),
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
        },
        "upgradePolicy": params.get("upgradePolicy") or {"supportType": "EXTENDED"},
        "zonalShiftConfig": params.get("zonalShiftConfig") or {"enabled": False},
        "deletionProtection": bool(params.get("deletionProtection")),
    }  # fmt: skip


def logging_of(wanted: Any, current: Any = None) -> Item:
    """Enabled log types first, the rest named as disabled, as EKS answers."""
    enabled = set()
    for block in (current or {}).get("clusterLogging", []):
        if block["enabled"]:
            enabled |= set(block["types"])
    for block in (wanted or {}).get("clusterLogging") or []:
        types = set(block.get("types") or [])
        enabled = enabled | types if block.get("enabled") else enabled - types
    on = [name for name in LOG_TYPES if name in enabled]
    off = [name for name in LOG_TYPES if name not in enabled]
    blocks = [{"types": on, "enabled": True}] if on else []
    return {"clusterLogging": blocks + ([{"types": off, "enabled": False}] if off else [])}


def _network(call: Call, name: str, subnets: list[str]) -> Item:
    backend: Any = ec2_backends[call.account][call.region]
    found = [_subnet(backend, subnet) for subnet in subnets]
    if len({subnet.availability_zone for subnet in found}) < 2:
        raise invalid("Subnets specified must be in at least two different AZs")
    wanted = dict(call.params["resourcesVpcConfig"])
    group = backend.create_security_group(
        f"eks-cluster-sg-{name}-{store.token_hex(4)}",
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes.",
        vpc_id=found[0].vpc_id,
        tags={"aws:eks:cluster-name": name, f"kubernetes.io/cluster/{name}": "owned"},
    )
    return {
        "subnetIds": subnets,
        "securityGroupIds": wanted.get("securityGroupIds") or [],
        "clusterSecurityGroupId": group.id,
        "vpcId": found[0].vpc_id,
        "endpointPublicAccess": wanted.get("endpointPublicAccess", True),
        "endpointPrivateAccess": wanted.get("endpointPrivateAccess", False),
        "publicAccessCidrs": wanted.get("publicAccessCidrs") or ["0.0.0.0/0"],
    }


def _subnet(backend: Any, identifier: str) -> Any:
    found = next((zone[identifier] for zone in backend.subnets.values() if identifier in zone), None)
    if found is None:
        raise invalid(f"The subnet ID '{identifier}' does not exist")
    return found


def _authority(name: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"kubernetes {name}"[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(store.now())
        .not_valid_after(store.now() + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.PEM)).decode()


def _creator(call: Call, item: Item, key: Key) -> None:
    access = item["accessConfig"]
    if access["bootstrapClusterCreatorAdminPermissions"] and access["authenticationMode"] in API_MODES:
        assert call.identity is not None
        entry = add_entry(call, key[2], call.identity.principal_arn, "STANDARD", {})
        grant(entry, ADMIN, {"type": "cluster", "namespaces": []})


@answers("eks", "DescribeCluster")
def describe_cluster(call: Call) -> Mapping[str, Any]:
    return {"cluster": store.public(store.cluster_of(call))}


@answers("eks", "ListClusters")
def list_clusters(call: Call) -> Mapping[str, Any]:
    names = sorted(key[2] for key, _ in store.below("cluster", (call.account, call.region)))
    return store.page(call, "clusters", names)


@answers("eks", "DeleteCluster")
def delete_cluster(call: Call) -> Mapping[str, Any]:
    item = store.cluster_of(call)
    name = str(item["name"])
    key = store.key_of(call, name)
    if any(True for _ in store.below("nodegroup", key)):
        raise store.in_use("Cluster has nodegroups attached", clusterName=name)
    if item["deletionProtection"]:
        raise AwsError("InvalidRequestException", f"Deletion protection is enabled on the cluster {name}.", 400)
    if item["status"] in ("CREATING", "UPDATING"):
        raise store.in_use(f"Cluster {name} is currently {item['status'].lower()}", clusterName=name)
    item["status"] = "DELETING"
    delays.later("eks:cluster", key, "", delays.seconds_of("cluster", deleting=True))
    return {"cluster": store.public(item)}


@delays.on_due("eks:cluster")
def _settle(key: Key, outcome: str) -> None:
    item = store.shelf("cluster").get(key)
    if item is None:
        return
    if outcome:
        item["status"] = outcome
        return
    backend: Any = ec2_backends[key[0]][key[1]]
    for kind in ("addon", "entry", "pod"):
        for below, _ in store.below(kind, key):
            store.drop(kind, below)
    backend.groups.get(item["resourcesVpcConfig"]["vpcId"], {}).pop(
        item["resourcesVpcConfig"]["clusterSecurityGroupId"], None
    )
    store.drop("cluster", key)
