"""The region's state bucket: versioned, encrypted, never public, reached over TLS only."""

from typing import Any

from regions.blueprints.aws.build import document, partition, prefix, ref, resource
from regions.blueprints.aws.encryption import key
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec

BUCKET = "state-bucket"


def storage(spec: RegionSpec) -> list[Manifest]:
    default = {"sseAlgorithm": "aws:kms", **key(spec, "kmsMasterKeyId")}
    return [
        resource(
            spec,
            "Bucket",
            BUCKET,
            "State bucket",
            {"forceDestroy": True},
            group="s3",
            external_name=bucket_name(spec),
        ),
        _setting(spec, "BucketPublicAccessBlock", "public-access", "No public access", _CLOSED),
        _setting(
            spec,
            "BucketOwnershipControls",
            "ownership",
            "Ownership of objects",
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        ),
        _setting(
            spec,
            "BucketVersioning",
            "versioning",
            "Versioning",
            {"versioningConfiguration": {"status": "Enabled"}},
        ),
        _setting(
            spec,
            "BucketServerSideEncryptionConfiguration",
            "encryption",
            "Encryption",
            {"rule": [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]},
        ),
        _setting(spec, "BucketPolicy", "policy", "TLS only", {"policy": document(_tls_only(spec))}),
    ]


def bucket_name(spec: RegionSpec) -> str:
    """Unique in the world: the region's own random digits and the account's number."""
    return f"{prefix(spec)}-state-{spec.account_id}"


_CLOSED = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}


def _setting(spec: RegionSpec, kind: str, name: str, title: str, fields: dict[str, Any]) -> Manifest:
    return resource(
        spec,
        kind,
        f"{BUCKET}-{name}",
        f"{title} of the state bucket",
        {"bucketRef": ref(BUCKET), **fields},
        group="s3",
    )


def _tls_only(spec: RegionSpec) -> dict[str, Any]:
    arn = f"arn:{partition(spec)}:s3:::{bucket_name(spec)}"
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
