"""S3: operations and actions have different names; the bucket's own policy speaks as well."""

from typing import Any

from moto.s3.models import s3_backends

from sandbox.aws.requests import Call
from sandbox.aws.targets.need import Need
from sandbox.aws.targets.others import key_arn

ACTIONS = {
    "ListBuckets": "ListAllMyBuckets", "HeadBucket": "ListBucket", "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket", "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads", "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration", "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration", "DeleteBucketTagging": "PutBucketTagging",
    "GetBucketReplication": "GetReplicationConfiguration", "PutBucketReplication": "PutReplicationConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls", "HeadObject": "GetObject",
    "DeleteObjects": "DeleteObject", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject", "CopyObject": "PutObject", "ListParts": "ListMultipartUploadParts",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration", "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
}  # fmt: skip
OF_VERSIONS = ("GetObject", "DeleteObject", "HeadObject")


def needs(call: Call) -> list[Need]:
    action = _action(call)
    bucket, key = call.params.get("Bucket"), call.params.get("Key")
    if not bucket:
        return [Need(action)]
    resource = f"arn:aws:s3:::{bucket}"
    if call.operation == "DeleteObjects":
        return [Need(each, f"{resource}/{item}") for each, item in _deleted(call)]
    keys = {}
    if action == "s3:ListBucket":
        keys["s3:prefix"] = (str(call.params.get("Prefix") or ""),)
    found = [Need(action, f"{resource}/{key}" if key else resource, keys)]
    found += _key_use(call, str(bucket))
    if call.operation == "CopyObject":
        source = str(call.params.get("CopySource", "")).lstrip("/")
        found.append(Need("s3:GetObject", f"arn:aws:s3:::{source.split('?')[0]}"))
    return found


def _key_use(call: Call, bucket: str) -> list[Need]:
    """An object of a bucket that a KMS key encrypts: S3 asks for the key in the caller's name."""
    action = {"PutObject": "kms:GenerateDataKey", "GetObject": "kms:Decrypt"}.get(call.operation)
    backend: Any = s3_backends[call.account]["aws"]
    found = backend.buckets.get(bucket)
    rule = ((getattr(found, "encryption", None) or {}).get("Rule") or {}) if action else {}
    key = (rule.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID")
    if not key or not action:
        return []
    keys = {"kms:viaservice": (f"s3.{call.region}.amazonaws.com",)}
    return [Need(action, key_arn(call, str(key)), keys)]


def _action(call: Call) -> str:
    name = ACTIONS.get(call.operation, call.operation)
    if call.operation in OF_VERSIONS and call.params.get("VersionId"):
        name += "Version"
    return f"s3:{name}"


def _deleted(call: Call) -> list[tuple[str, str]]:
    """Action and key of each object: a named version is an action of its own."""
    objects = (call.params.get("Delete") or {}).get("Objects") or []
    return [
        ("s3:DeleteObjectVersion" if item.get("VersionId") else "s3:DeleteObject", str(item.get("Key")))
        for item in objects
    ]
