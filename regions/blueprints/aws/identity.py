"""IAM roles: the cluster's, its nodes', and three for people; all inside the customer's boundary."""

from typing import Any

from regions.blueprints.aws.build import IAM_PATH, partition, prefix, ref
from regions.blueprints.aws.roles import attachment, policy, role
from regions.blueprints.manifests import Manifest
from regions.clouds.aws import people
from regions.clouds.aws.packing import pack
from regions.clouds.aws.policies import Confines, Statement
from regions.spec import RegionSpec, RoleName

HUMAN_ROLES = (RoleName.READ_ONLY, RoleName.ELEVATED, RoleName.LIMITED_ADMIN)
CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
)
_PERMISSIONS = "Permissions of the {} role"
_PURPOSE = {
    RoleName.READ_ONLY: "Operations: look at infrastructure and workloads",
    RoleName.ELEVATED: "Operations: create and change, never delete",
    RoleName.LIMITED_ADMIN: "Operations: emergencies, granted for a time",
}


def identity(spec: RegionSpec) -> list[Manifest]:
    made = [
        *_service_role(spec, "cluster", "eks.amazonaws.com", CLUSTER_POLICIES),
        *_service_role(spec, "node", "ec2.amazonaws.com", NODE_POLICIES),
    ]
    for name in HUMAN_ROLES:
        made += _human_role(spec, name)
    return made


def role_manifest(name: RoleName) -> str:
    """Name of the manifest of a role for people."""
    return f"{name.value}-role"


def role_arn(spec: RegionSpec, name: RoleName) -> str:
    if name is RoleName.DEPLOYMENT:
        return spec.deployment_role_arn
    return f"arn:{partition(spec)}:iam::{spec.account_id}:role{IAM_PATH}{prefix(spec)}-{name.value}"


def attachments(service_role: str) -> list[str]:
    """Names of the manifests that give a service role its policies."""
    policies = {"cluster": CLUSTER_POLICIES, "node": NODE_POLICIES}[service_role]
    return [_attachment_name(service_role, policy) for policy in policies]


def _attachment_name(role: str, policy: str) -> str:
    return f"{role}-role-{policy.lower().replace('_', '-')}"


def _service_role(spec: RegionSpec, name: str, service: str, policies: tuple[str, ...]) -> list[Manifest]:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return [
        role(spec, name, f"{name.capitalize()} role", f"For the region's {name}s", trust),
        *(
            attachment(
                spec,
                name,
                _attachment_name(name, policy),
                {"policyArn": f"arn:{partition(spec)}:iam::aws:policy/{policy}"},
            )
            for policy in policies
        ),
    ]


def _human_role(spec: RegionSpec, name: RoleName) -> list[Manifest]:
    made = [role(spec, name.value, f"Role {name.value}", _PURPOSE[name], _people_trust(spec))]
    for number, packed in enumerate(pack(_permissions(spec, name)), start=1):
        part = f"{name.value}-policy-{number}"
        made += [
            policy(spec, part, _title(part, name), _PERMISSIONS.format(name.value), packed),
            attachment(spec, name.value, f"{part}-attachment", {"policyArnRef": ref(part)}),
        ]
    return made


def _title(part: str, name: RoleName) -> str:
    return f"Policy {part.rpartition('-')[2]} of role {name.value}"


def _permissions(spec: RegionSpec, name: RoleName) -> tuple[Statement, ...]:
    confines = Confines(
        account=spec.account_id,
        region=spec.cloud_region,
        tags={"byoc:region": spec.region_id},
        boundary=spec.permissions_boundary_arn,
        connection=spec.connection_id,
    )
    match name:
        case RoleName.READ_ONLY:
            return people.read_only(spec.short)
        case RoleName.ELEVATED:
            return people.elevated(spec.short, confines)
        case _:
            return people.limited_admin(confines)


def _people_trust(spec: RegionSpec) -> dict[str, Any]:
    """The vendor's principal, for this region alone, and only saying which person is behind it."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": spec.operations_principal_arn},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
        "Condition": {
            "StringEquals": {"sts:ExternalId": spec.region_id},
            "StringLike": {"sts:SourceIdentity": "?*"},
        },
    }
