"""RDS: instances, their groups, and what the service does elsewhere in the caller's name."""

from typing import Any

from moto.rds.models import rds_backends

from sandbox.aws.requests import Call
from sandbox.aws.targets.linked import service_linked_role
from sandbox.aws.targets.need import (
    Need,
    arn,
    removed_tags,
    request_keys,
    request_tags,
    resource_keys,
    tag_pairs,
)  # fmt: skip

KINDS = {
    "DBInstanceIdentifier": "db", "DBClusterIdentifier": "cluster", "DBSubnetGroupName": "subgrp",
    "DBParameterGroupName": "pg", "DBSnapshotIdentifier": "snapshot", "OptionGroupName": "og",
    "DBClusterParameterGroupName": "cluster-pg", "DBClusterSnapshotIdentifier": "cluster-snapshot",
    "FinalDBSnapshotIdentifier": "snapshot",
}  # fmt: skip
COLLECTIONS = {
    "db": "databases", "subgrp": "subnet_groups", "pg": "db_parameter_groups", "cluster": "clusters",
    "snapshot": "database_snapshots",
}  # fmt: skip
ON_ANYTHING = ("DescribeOrderableDBInstanceOptions", "DescribeDBEngineVersions", "DescribeAccountAttributes",
               "DescribeCertificates", "DescribeEvents", "DescribeSourceRegions")  # fmt: skip


def needs(call: Call) -> list[Need]:
    action = f"rds:{call.operation}"
    if call.operation in ON_ANYTHING:
        return [Need(action)]
    if call.params.get("ResourceName"):
        return [_tagging(call, action)]
    tags = request_tags(call.params)
    found = [Need(action, resource, keys) for resource, keys in _resources(call, tags)] or [_all(call, action)]
    if tags:
        found.append(Need("rds:AddTagsToResource", found[0].resource, request_keys(tags)))
    return [*found, *_dependents(call)]


def _all(call: Call, action: str) -> Need:
    kind = {"DescribeDBInstances": "db", "DescribeDBSubnetGroups": "subgrp", "DescribeDBSnapshots": "snapshot",
            "DescribeDBParameterGroups": "pg"}.get(call.operation)  # fmt: skip
    return Need(action, arn(call, "rds", f"{kind}:*") if kind else "*")


def _tagging(call: Call, action: str) -> Need:
    resource = str(call.params["ResourceName"])
    kind, _, name = resource.split(":", 5)[5].partition(":")
    keys = request_keys(request_tags(call.params), removed_tags(call.params))
    return Need(action, resource, {**resource_keys(tags_of(call, kind, name), "rds"), **keys})


def _resources(call: Call, tags: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    creates = call.operation.startswith("Create")
    found: list[tuple[str, dict[str, Any]]] = []
    for parameter, kind in KINDS.items():
        name = call.params.get(parameter)
        if not name or (kind == "subgrp" and call.operation.startswith("Modify") and found):
            continue
        first = creates and not found
        keys = request_keys(tags) if first else resource_keys(tags_of(call, kind, str(name)), "rds")
        found.append((arn(call, "rds", f"{kind}:{str(name).lower()}"), keys))
    return found


def tags_of(call: Call, kind: str, name: str) -> dict[str, str]:
    backend = rds_backends[call.account][call.region]
    item = (getattr(backend, COLLECTIONS.get(kind, ""), None) or {}).get(name)
    return tag_pairs(getattr(item, "tags", None) or [])


def _dependents(call: Call) -> list[Need]:
    if call.operation not in ("CreateDBInstance", "ModifyDBInstance"):
        return []
    found: list[Need] = []
    if call.operation == "CreateDBInstance":
        found += service_linked_role(call, "rds.amazonaws.com", "AWSServiceRoleForRDS")
        found += _key_use(call.params.get("KmsKeyId"), call)
    if call.params.get("ManageMasterUserPassword"):
        secret = arn(call, "secretsmanager", "secret:rds!*")
        found += [Need("secretsmanager:CreateSecret", secret), Need("secretsmanager:TagResource", secret)]
        found += _key_use(call.params.get("MasterUserSecretKmsKeyId"), call)
    if call.params.get("RotateMasterUserPassword"):
        found.append(Need("secretsmanager:RotateSecret", arn(call, "secretsmanager", "secret:rds!*")))
    role = call.params.get("MonitoringRoleArn")
    if role:
        found.append(Need("iam:PassRole", str(role), {"iam:passedtoservice": ("monitoring.rds.amazonaws.com",)}))
    return found


def _key_use(key: Any, call: Call) -> list[Need]:
    if not key:
        return []
    resource = str(key) if str(key).startswith("arn:") else arn(call, "kms", f"key/{key}")
    keys = {"kms:viaservice": (f"rds.{call.region}.amazonaws.com",), "kms:grantisforawsresource": ("true",)}
    return [Need("kms:DescribeKey", resource, keys), Need("kms:CreateGrant", resource, keys)]
