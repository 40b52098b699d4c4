"""IAM roles: the cluster's, its nodes', and three for people; all inside the customer's boundary."""

from collections.abc import Mapping, Sequence
from typing import Any

from regions.blueprints.aws.build import IAM_PATH, partition, prefix, ref
from regions.blueprints.aws.roles import attachment, policy, role
from regions.blueprints.manifests import Manifest
from regions.clouds.aws import people
from regions.clouds.aws.packing import pack
from regions.clouds.aws.policies import Confines, Statement
from regions.spec import RegionSpec, RoleName, UseCaseRole

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
        made += _human_role(spec, name.value, _PURPOSE[name], _permissions(spec, name), _people_trust(spec))
    for asked in spec.tailoring.added:
        made += _human_role(spec, use_case(asked), asked.purpose, _use_case(spec, asked), _trust_of(spec, asked))
    return made


def use_case(asked: UseCaseRole) -> str:
    """What names derived from a use-case role begin with: no word of ours can be meant by it."""
    return f"use-{asked.name}"


def role_manifest(name: RoleName) -> str:
    """Name of the manifest of a role for people."""
    return f"{name.value}-role"


def role_arn(spec: RegionSpec, name: RoleName) -> str:
    if name is RoleName.DEPLOYMENT:
        return spec.deployment_role_arn
    return f"arn:{partition(spec)}:iam::{spec.account_id}:role{IAM_PATH}{prefix(spec)}-{name.value}"


def use_case_arn(spec: RegionSpec, asked: UseCaseRole) -> str:
    return f"arn:{partition(spec)}:iam::{spec.account_id}:role{IAM_PATH}{prefix(spec)}-{use_case(asked)}"


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


def _human_role(
    spec: RegionSpec, name: str, purpose: str, permissions: Sequence[Statement], trust: Mapping[str, Any]
) -> list[Manifest]:
    made = [role(spec, name, f"Role {name}", purpose, trust)]
    for number, packed in enumerate(pack(permissions), start=1):
        part = f"{name}-policy-{number}"
        made += [
            policy(spec, part, _title(part, name), _PERMISSIONS.format(name), packed),
            attachment(spec, name, f"{part}-attachment", {"policyArnRef": ref(part)}),
        ]
    return made


def _title(part: str, name: str) -> str:
    return f"Policy {part.rpartition('-')[2]} of role {name}"


def _permissions(spec: RegionSpec, name: RoleName) -> tuple[Statement, ...]:
    return people.permissions(
        name,
        spec.tailoring.removed_from(name),
        people.Whose(spec.short, spec.dns_zone, _confines(spec)),
    )


def _use_case(spec: RegionSpec, asked: UseCaseRole) -> tuple[Statement, ...]:
    return people.use_case(asked.actions, people.Whose(spec.short, spec.dns_zone, _confines(spec)))


def _confines(spec: RegionSpec) -> Confines:
    return Confines(
        account=spec.account_id,
        region=spec.cloud_region,
        tags={"byoc:region": spec.region_id},
        boundary=spec.permissions_boundary_arn,
        connection=spec.connection_id,
    )


def _trust_of(spec: RegionSpec, asked: UseCaseRole) -> dict[str, Any]:
    """The customer's own people, where the role names them."""
    if not asked.principals:
        return _people_trust(spec)
    return {
        "Effect": "Allow",
        "Principal": {"AWS": list(asked.principals)},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
    }


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
