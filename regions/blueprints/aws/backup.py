"""A second place for the data: a vault that AWS Backup fills each day, beside RDS's own backups."""

from typing import Any

from regions.blueprints.aws.build import partition, prefix, ref, resource, tags
from regions.blueprints.aws.encryption import key
from regions.blueprints.aws.logs import database_name
from regions.blueprints.aws.roles import attachment, role
from regions.blueprints.aws.storage import BUCKET, bucket_name
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec

VAULT = "backup-vault"
SERVICE = "backup.amazonaws.com"
AFTER_WINDOW_HOURS = 4
"""AWS Backup refuses a database within RDS's own backup window."""
POLICIES = ("service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup")


def backup(spec: RegionSpec) -> list[Manifest]:
    if not spec.database.vault_days:
        return []
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": spec.account_id}},
    }
    return [
        role(spec, "backup", "Role of the backup", "Copy the region's data into its vault", trust),
        *(attachment(spec, "backup", _attached(name), _managed(spec, name)) for name in POLICIES),
        _vault(spec),
        _plan(spec),
        _selection(spec),
    ]


def _attached(policy: str) -> str:
    return f"backup-role-{policy.rpartition('/')[2].lower()}"


def _managed(spec: RegionSpec, policy: str) -> dict[str, str]:
    return {"policyArn": f"arn:{partition(spec)}:iam::aws:policy/{policy}"}


def _vault(spec: RegionSpec) -> Manifest:
    fields = {**key(spec, "kmsKeyArn"), "forceDestroy": True}
    return resource(
        spec, "Vault", VAULT, "Backup vault", fields, group="backup", external_name=f"{prefix(spec)}-vault"
    )


def _plan(spec: RegionSpec) -> Manifest:
    rule: dict[str, Any] = {
        "ruleName": "daily",
        "targetVaultName": f"{prefix(spec)}-vault",
        "schedule": _daily(spec.database.backup_window),
        "startWindow": 60,
        "completionWindow": 480,
        "lifecycle": {"deleteAfter": spec.database.vault_days},
        "recoveryPointTags": {
            name: value for name, value in tags(spec, VAULT).items() if name.startswith("byoc:")
        },
    }
    fields = {"name": f"{prefix(spec)}-daily", "rule": [rule]}
    return resource(spec, "Plan", "backup-plan", "Backup plan", fields, group="backup", needs=[VAULT])


def _daily(window: str) -> str:
    """A cron expression of AWS's, some hours after the window `hh24:mi-hh24:mi` has begun."""
    hour, minute = window.partition("-")[0].split(":")
    return f"cron({int(minute)} {(int(hour) + AFTER_WINDOW_HOURS) % 24} ? * * *)"


def _selection(spec: RegionSpec) -> Manifest:
    place = f"{spec.cloud_region}:{spec.account_id}"
    fields = {
        "name": f"{prefix(spec)}-data",
        "planIdRef": ref("backup-plan"),
        "iamRoleArnRef": ref("backup-role"),
        "resources": [
            f"arn:{partition(spec)}:rds:{place}:db:{database_name(spec)}",
            f"arn:{partition(spec)}:s3:::{bucket_name(spec)}",
        ],
    }
    return resource(
        spec,
        "Selection",
        "backup-selection",
        "What is backed up",
        fields,
        group="backup",
        needs=["database", f"{BUCKET}-versioning", *map(_attached, POLICIES)],
    )
