"""The Kubernetes cluster, its nodes, its OIDC provider, and who may use it."""

from regions.blueprints.aws.build import letter, prefix, ref, refs, resource
from regions.blueprints.aws.encryption import ALIAS, key_arn
from regions.blueprints.aws.identity import HUMAN_ROLES, attachments, role_arn, role_manifest
from regions.blueprints.aws.logs import CLUSTER_LOGS
from regions.blueprints.manifests import URL_FROM, Manifest
from regions.spec import RegionSpec, RoleName

CLUSTER = "cluster"
NODES = "node-group"
LOG_TYPES = ("api", "audit", "authenticator")
ACCESS = {
    RoleName.DEPLOYMENT: "AmazonEKSClusterAdminPolicy",
    RoleName.LIMITED_ADMIN: "AmazonEKSClusterAdminPolicy",
    RoleName.ELEVATED: "AmazonEKSEditPolicy",
    RoleName.READ_ONLY: "AmazonEKSViewPolicy",
}


def cluster(spec: RegionSpec) -> list[Manifest]:
    return [_cluster(spec), _nodes(spec), _oidc_provider(spec), *_access(spec)]


def cluster_name(spec: RegionSpec) -> str:
    return f"{prefix(spec)}-cluster"


def _cluster(spec: RegionSpec) -> Manifest:
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
            "subnetIdRefs": refs([f"private-{letter(zone)}" for zone in spec.zones]),
            "securityGroupIdRefs": refs(["cluster-security"]),
            "endpointPrivateAccess": True,
            "endpointPublicAccess": bool(spec.cluster.endpoint_cidrs),
            "publicAccessCidrs": list(spec.cluster.endpoint_cidrs),
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
    )


def _nodes(spec: RegionSpec) -> Manifest:
    zones = [letter(zone) for zone in spec.zones]
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "nodeRoleArnRef": ref("node-role"),
        "subnetIdRefs": refs([f"private-{zone}" for zone in zones]),
        "version": spec.cluster.kubernetes_version,
        "amiType": "AL2023_x86_64_STANDARD",
        "capacityType": "ON_DEMAND",
        "diskSize": 100,
        "instanceTypes": list(spec.cluster.instance_types),
        "labels": {"byoc.akka.io/pool": "apps"},
        "scalingConfig": {
            "minSize": spec.cluster.nodes_min,
            "maxSize": spec.cluster.nodes_max,
            "desiredSize": spec.cluster.nodes_min,
        },
        "updateConfig": {"maxUnavailable": 1},
    }
    ways_out = [f"private-routes-{zone}-to-internet" for zone in zones]
    routing = [f"private-{zone}-routing" for zone in zones]
    return resource(
        spec,
        "NodeGroup",
        NODES,
        "Node group",
        fields,
        group="eks",
        external_name=f"{prefix(spec)}-nodes",
        needs=[*attachments("node"), *ways_out, *routing],
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
