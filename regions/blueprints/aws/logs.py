"""CloudWatch log groups, made before what writes to them, so that retention and tags are ours."""

from typing import Any

from regions.blueprints.aws.build import prefix, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec

CLUSTER_LOGS = "cluster-logs"
DATABASE_LOGS = "database-logs"


def logs(spec: RegionSpec) -> list[Manifest]:
    return [
        group(spec, "platform-logs", "Log group of the platform", f"/byoc/{spec.short}/platform"),
        group(
            spec,
            CLUSTER_LOGS,
            "Log group of the cluster",
            f"/aws/eks/{prefix(spec)}-cluster/cluster",
        ),
        group(
            spec,
            DATABASE_LOGS,
            "Log group of the database",
            f"/aws/rds/instance/{database_name(spec)}/postgresql",
        ),
    ]


def database_name(spec: RegionSpec) -> str:
    return f"{prefix(spec)}-database"


def group(spec: RegionSpec, name: str, title: str, path: str) -> Manifest:
    fields = {"retentionInDays": spec.log_retention_days, **_key(spec)}
    return resource(spec, "Group", name, title, fields, group="cloudwatchlogs", external_name=path)


def _key(spec: RegionSpec) -> dict[str, Any]:
    """The customer's own key serves CloudWatch Logs only if its policy says so, which is not ours to see."""
    return {} if spec.encryption.customer_key_arn else key(spec, "kmsKeyId")
