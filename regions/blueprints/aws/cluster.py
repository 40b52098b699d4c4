"""The Kubernetes cluster, its OIDC provider, and who may use it."""

from collections.abc import Mapping, Sequence
from typing import Any

from regions.blueprints.aws.build import prefix, ref, refs, resource
from regions.blueprints.aws.encryption import ALIAS, key_arn
from regions.blueprints.aws.identity import (
    HUMAN_ROLES,
    attachments,
    role_arn,
    role_manifest,
    use_case,
    use_case_arn,
)
from regions.blueprints.aws.logs import CLUSTER_LOGS
from regions.blueprints.aws.nodes import CLUSTER, nodes
from regions.blueprints.aws.where import in_subnets
from regions.blueprints.manifests import OPEN_UNTIL_JOINED, URL_FROM, Manifest
from regions.spec import KubernetesAccess, RegionSpec, RoleName, UseCaseRole

CLOSED = {"endpointPublicAccess": False}
"""EKS takes no ranges for an endpoint that is not there."""
LOG_TYPES = ("api", "audit", "authenticator")
ACCESS = {
    RoleName.DEPLOYMENT: "AmazonEKSClusterAdminPolicy",
    RoleName.LIMITED_ADMIN: "AmazonEKSClusterAdminPolicy",
    RoleName.ELEVATED: "AmazonEKSEditPolicy",
    RoleName.READ_ONLY: "AmazonEKSViewPolicy",
}
USE_CASE_ACCESS = {
    KubernetesAccess.EDIT: "AmazonEKSEditPolicy",
    KubernetesAccess.VIEW: "AmazonEKSViewPolicy",
}


def cluster(spec: RegionSpec) -> list[Manifest]:
    return [_cluster(spec), *nodes(spec), _oidc_provider(spec), *_access(spec)]


def cluster_name(spec: RegionSpec) -> str:
    return f"{prefix(spec)}-cluster"


def _open_to(cidrs: Sequence[str]) -> dict[str, Any]:
    return {"endpointPublicAccess": bool(cidrs), "publicAccessCidrs": list(cidrs)}


def _cluster(spec: RegionSpec) -> Manifest:
    cidrs, closes = spec.cluster.endpoint_cidrs, spec.cluster.endpoint_closes
    fields = {
        "version": spec.cluster.kubernetes_version,
        "roleArnRef": ref("cluster-role"),
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
        "enabledClusterLogTypes": list(LOG_TYPES),
        "encryptionConfig": {"provider": {"keyArn": key_arn(spec)}, "resources": ["secrets"]},
        "vpcConfig": {
            **in_subnets(spec, "private"),
            "securityGroupIdRefs": refs(["cluster-security"]),
            "endpointPrivateAccess": True,
            **(CLOSED if closes else _open_to(cidrs)),
        },
    }
    return resource(
        spec,
        "Cluster",
        CLUSTER,
        "EKS cluster",
        fields,
        group="eks",
        external_name=cluster_name(spec),
        needs=[*attachments("cluster"), CLUSTER_LOGS, *([] if spec.encryption.customer_key_arn else [ALIAS])],
        annotations={OPEN_UNTIL_JOINED: ",".join(cidrs)} if closes else None,
    )


def _oidc_provider(spec: RegionSpec) -> Manifest:
    """EKS invents the issuer: the address written here is replaced by the cluster's own (annotation)."""
    fields = {
        "url": f"https://oidc.eks.{spec.cloud_region}.amazonaws.com/id/{cluster_name(spec)}",
        "clientIdList": ["sts.amazonaws.com"],
    }
    return resource(
        spec,
        "OpenIDConnectProvider",
        "oidc-provider",
        "OIDC provider of the cluster",
        fields,
        group="iam",
        needs=[CLUSTER],
        annotations={URL_FROM: CLUSTER},
    )


def _access(spec: RegionSpec) -> list[Manifest]:
    made = []
    for role, policy in ACCESS.items():
        entry = f"{role.value}-access"
        made += [_entry(spec, role, entry), _association(spec, role, entry, policy)]
    return [*made, *(each for asked in spec.tailoring.added for each in _use_case_access(spec, asked))]


def _entry(spec: RegionSpec, role: RoleName, name: str) -> Manifest:
    ours = role in HUMAN_ROLES
    principal = {"principalArnFromRoleRef": ref(role_manifest(role))} if ours else {}
    return _access_entry(spec, role.value, name, principal or {"principalArn": spec.deployment_role_arn})


def _use_case_access(spec: RegionSpec, asked: UseCaseRole) -> list[Manifest]:
    policy = USE_CASE_ACCESS.get(asked.kubernetes)
    if policy is None:
        return []
    name = use_case(asked)
    entry = _access_entry(spec, name, f"{name}-access", {"principalArnFromRoleRef": ref(f"{name}-role")})
    return [entry, _access_policy(spec, name, entry.name, use_case_arn(spec, asked), policy)]


def _access_entry(spec: RegionSpec, role: str, name: str, principal: Mapping[str, Any]) -> Manifest:
    fields = {"clusterNameRef": ref(CLUSTER), "type": "STANDARD", **principal}
    return resource(spec, "AccessEntry", name, f"Access of role {role} to the cluster", fields, group="eks")


def _association(spec: RegionSpec, role: RoleName, entry: str, policy: str) -> Manifest:
    return _access_policy(spec, role.value, entry, role_arn(spec, role), policy)


def _access_policy(spec: RegionSpec, role: str, entry: str, arn: str, policy: str) -> Manifest:
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "principalArn": arn,
        "policyArn": f"arn:aws:eks::aws:cluster-access-policy/{policy}",
        "accessScope": {"type": "cluster"},
    }
    title = f"Kubernetes permissions of role {role}"
    return resource(spec, "AccessPolicyAssociation", f"{entry}-policy", title, fields, group="eks", needs=[entry])
