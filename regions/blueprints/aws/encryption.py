"""The region's encryption key, unless the customer brings one."""

from typing import Any

from regions.blueprints.aws.build import document, partition, prefix, ref, resource
from regions.blueprints.manifests import Manifest
from regions.spec import Environment, RegionSpec

KEY = "encryption-key"
ALIAS = "encryption-key-alias"
DAYS_BEFORE_DELETION = 30  # the longest KMS waits; the shortest is 7
ROTATION_DAYS = 365
AWS_LOGS = ("eks", "rds/instance")
"""Groups that AWS's services write, by the first part of their path."""


def encryption(spec: RegionSpec) -> list[Manifest]:
    if spec.encryption.customer_key_arn:
        return []
    lasting = spec.environment is Environment.PRODUCTION
    fields = {
        "description": f"Data of region {spec.name}",
        "enableKeyRotation": True,
        "rotationPeriodInDays": ROTATION_DAYS,
        "deletionWindowInDays": DAYS_BEFORE_DELETION if lasting else 7,
        "policy": document(_owner(spec), _logs(spec)),
    }
    alias = {"targetKeyIdRef": ref(KEY)}
    return [
        resource(spec, "Key", KEY, "Encryption key", fields, group="kms"),
        resource(
            spec,
            "Alias",
            ALIAS,
            "Name of the encryption key",
            alias,
            group="kms",
            external_name=_alias_name(spec),
        ),
    ]


def key(spec: RegionSpec, field: str) -> dict[str, Any]:
    """The field that names the key: the customer's by ARN, ours by reference."""
    if spec.encryption.customer_key_arn:
        return {field: spec.encryption.customer_key_arn}
    return {f"{field}Ref": ref(KEY)}


def key_arn(spec: RegionSpec) -> str:
    """Where only an ARN will do: our key's id is KMS's to invent, its alias is ours."""
    place = f"arn:{partition(spec)}:kms:{spec.cloud_region}:{spec.account_id}"
    return spec.encryption.customer_key_arn or f"{place}:{_alias_name(spec)}"


def _alias_name(spec: RegionSpec) -> str:
    return f"alias/{prefix(spec)}-data"


def _owner(spec: RegionSpec) -> dict[str, Any]:
    """The account's own IAM policies decide (KMS, "Default key policy")."""
    return {
        "Sid": "AccountDecides",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition(spec)}:iam::{spec.account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def _logs(spec: RegionSpec) -> dict[str, Any]:
    """CloudWatch Logs encrypts the region's own groups (CloudWatch Logs User Guide, "Encrypt log data")."""
    groups = f"arn:{partition(spec)}:logs:{spec.cloud_region}:{spec.account_id}:log-group"
    own = [f"{groups}:/byoc/{spec.short}/*", *(f"{groups}:/aws/{name}/{prefix(spec)}-*" for name in AWS_LOGS)]
    return {
        "Sid": "Logs",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{spec.cloud_region}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": own}},
    }
