"""Calls by the name that IAM gives them, which is what a policy, and a person who mends one, must write.

Source: Service Authorization Reference; where S3's actions are not called as its API's operations.
"""

from typing import Any

PREFIXES = {"tagging": "tag"}
"""IAM's prefix where it is not the name that requests are signed for."""

S3_ACTIONS = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def call_name(client: Any, method: str) -> str:
    """`ec2:RevokeSecurityGroupEgress` for `revoke_security_group_egress` of a client of EC2."""
    meta = client.meta
    prefix = str(meta.service_model.signing_name)
    operation = str(meta.method_to_api_mapping.get(method, method))
    if prefix == "s3":
        operation = S3_ACTIONS.get(operation, operation)
    return f"{PREFIXES.get(prefix, prefix)}:{operation}"
