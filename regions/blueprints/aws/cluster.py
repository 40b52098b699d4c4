"""The Kubernetes cluster, its OIDC provider, and who may use it."""

from collections.abc import Sequence
from typing import Any

from regions.blueprints.aws.build import prefix, ref, refs, resource
from regions.blueprints.aws.encryption import ALIAS, key_arn
from regions.blueprints.aws.identity import HUMAN_ROLES, attachments, role_arn, role_manifest
from regions.blueprints.aws.logs import CLUSTER_LOGS
from regions.blueprints.aws.nodes import CLUSTER, nodes
from regions.blueprints.aws.where import in_subnets
from regions.blueprints.manifests import OPEN_UNTIL_JOINED, URL_FROM, Manifest
from regions.spec import RegionSpec, RoleName

CLOSED = {"endpointPublicAccess": False}
"""EKS takes no ranges for an endpoint that is not there."""
LOG_TYPES = ("api", "audit", "authenticator")
ACCESS = {
    RoleName.DEPLOYMENT: "AmazonEKSClusterAdminPolicy",
    RoleName.LIMITED_ADMIN: "AmazonEKSClusterAdminPolicy",
    RoleName.ELEVATED: "AmazonEKSEditPolicy",
    RoleName.READ_ONLY: "AmazonEKSViewPolicy",
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
    return made


def _entry(spec: RegionSpec, role: RoleName, name: str) -> Manifest:
    ours = role in HUMAN_ROLES
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "type": "STANDARD",
        **(
            {"principalArnFromRoleRef": ref(role_manifest(role))}
            if ours
            else {"principalArn": spec.deployment_role_arn}
        ),
    }
    title = f"Access of role {role.value} to the cluster"
    return resource(spec, "AccessEntry", name, title, fields, group="eks")


def _association(spec: RegionSpec, role: RoleName, entry: str, policy: str) -> Manifest:
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "principalArn": role_arn(spec, role),
        "policyArn": f"arn:aws:eks::aws:cluster-access-policy/{policy}",
        "accessScope": {"type": "cluster"},
    }
    title = f"Kubernetes permissions of role {role.value}"
    return resource(spec, "AccessPolicyAssociation", f"{entry}-policy", title, fields, group="eks", needs=[entry])
