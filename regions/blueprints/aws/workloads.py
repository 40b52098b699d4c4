"""Roles that the platform's own pods work with, by EKS pod identity: no keys, and each only what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from regions.blueprints.aws.build import IAM_PATH, partition, prefix, ref, resource
from regions.blueprints.aws.nodes import CLUSTER
from regions.blueprints.aws.roles import attachment, policy, role
from regions.blueprints.aws.secrets import secret_name
from regions.blueprints.aws.storage import bucket_name
from regions.blueprints.manifests import Manifest
from regions.clouds.aws.policies import Statement
from regions.spec import RegionSpec

SYSTEM = "byoc-system"
_KEEPS = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
SERVICE = "pods.eks.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Workload:
    """What a role of pods is for, and what it may do: by policies of AWS's own, or by statements of ours."""

    name: str
    purpose: str
    managed: tuple[str, ...] = ()
    statements: Callable[[RegionSpec], tuple[Statement, ...]] = lambda _spec: ()


def _records(spec: RegionSpec) -> tuple[Statement, ...]:
    """Only below the region's own domain: the zone's id is Route 53's to invent, its names are not."""
    names = (spec.dns_zone, f"*.{spec.dns_zone}")
    below = (
        ("ForAllValues:StringLike", "route53:ChangeResourceRecordSetsNormalizedRecordNames", names),
        ("Null", "route53:ChangeResourceRecordSetsNormalizedRecordNames", ("false",)),
    )
    zones = (f"arn:{partition(spec)}:route53:::hostedzone/*",)
    reads = ("route53:GetChange", "route53:ListHostedZones", "route53:ListHostedZonesByName")
    return (
        Statement("Find", (*reads, "route53:ListResourceRecordSets"), ("*",)),
        Statement("Records", ("route53:ChangeResourceRecordSets",), zones, below),
    )


def _runtime(spec: RegionSpec) -> tuple[Statement, ...]:
    """It pulls its desired state and says what it has applied."""
    bucket = f"arn:{partition(spec)}:s3:::{bucket_name(spec)}"
    services = tuple(f"{name}.{spec.cloud_region}.amazonaws.com" for name in ("s3", "secretsmanager"))
    via = (("StringEquals", "kms:ViaService", services),)
    keys = f"arn:{partition(spec)}:kms:{spec.cloud_region}:{spec.account_id}:key/*"
    secret = f"arn:{partition(spec)}:secretsmanager:{spec.cloud_region}:{spec.account_id}:secret"
    return (
        Statement("Kept", _KEEPS, (f"{secret}:{secret_name(spec)}-*",)),
        Statement("Look", ("s3:ListBucket",), (bucket,)),
        Statement("Pull", ("s3:GetObject",), (f"{bucket}/desired/*",)),
        Statement("Answer", ("s3:GetObject", "s3:PutObject"), (f"{bucket}/region/*",)),
        Statement("Sealed", ("kms:Decrypt", "kms:GenerateDataKey"), (keys,), via),
    )


VOLUMES = Workload("volumes", "Make and attach volumes", managed=("service-role/AmazonEBSCSIDriverPolicy",))
RECORDS = Workload("records", "Write DNS records of the region's domain", statements=_records)
RUNTIME = Workload("runtime", "Pull desired state", statements=_runtime)


def workloads(spec: RegionSpec) -> list[Manifest]:
    return [*_with_role(spec, VOLUMES), *_with_role(spec, RECORDS), *_runtimes(spec)]


def role_of(spec: RegionSpec, workload: Workload) -> str:
    return f"arn:{partition(spec)}:iam::{spec.account_id}:role{IAM_PATH}{prefix(spec)}-{workload.name}"


def permissions_of(spec: RegionSpec, workload: Workload) -> list[str]:
    """Names of the manifests after which the workload's role may do its work."""
    return [one.name for one in _with_role(spec, workload) if one.kind == "RolePolicyAttachment"]


def _runtimes(spec: RegionSpec) -> list[Manifest]:
    if spec.cluster.pod_identity:
        return [*_with_role(spec, RUNTIME), _identity(spec)]
    return _with_policy(spec, RUNTIME, "node")


def _with_role(spec: RegionSpec, one: Workload) -> list[Manifest]:
    return [
        role(spec, one.name, f"Role of pods: {one.name}", one.purpose, _trust(spec)),
        *(
            attachment(spec, one.name, _attached(one, name), {"policyArn": f"{_managed(spec)}{name}"})
            for name in one.managed
        ),
        *_with_policy(spec, one, one.name),
    ]


def _with_policy(spec: RegionSpec, one: Workload, holder: str) -> list[Manifest]:
    """Its own statements, for the role that holds them."""
    written, name = one.statements(spec), f"{one.name}-policy"
    if not written:
        return []
    return [
        policy(spec, name, f"Policy of pods: {one.name}", one.purpose, written),
        attachment(spec, holder, f"{holder}-role-{name}", {"policyArnRef": ref(name)}),
    ]


def _managed(spec: RegionSpec) -> str:
    return f"arn:{partition(spec)}:iam::aws:policy/"


def _attached(one: Workload, name: str) -> str:
    return f"{one.name}-role-{name.rpartition('/')[2].lower()}"


def _identity(spec: RegionSpec) -> Manifest:
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "namespace": SYSTEM,
        "serviceAccount": RUNTIME.name,
        "roleArnRef": ref(f"{RUNTIME.name}-role"),
    }
    needs = permissions_of(spec, RUNTIME)
    title = "Identity of the runtime's pods"
    return resource(spec, "PodIdentityAssociation", "runtime-identity", title, fields, group="eks", needs=needs)


def _trust(spec: RegionSpec) -> dict[str, Any]:
    """Pods of this region's cluster alone (EKS, "EKS Pod Identity", trust policy)."""
    place = f"arn:{partition(spec)}:eks:{spec.cloud_region}:{spec.account_id}"
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": spec.account_id},
            "ArnEquals": {"aws:SourceArn": f"{place}:cluster/{prefix(spec)}-cluster"},
        },
    }
