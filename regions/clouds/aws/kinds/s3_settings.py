"""Settings of a bucket, each a kind: versioning, encryption, public access, ownership, policy."""

from regions.clouds.aws.named import BUCKETS, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ACCOUNT, DOCUMENT, Call, Change, Field, Kind, Raw, Wanted

_OURS = {"Bucket": Wanted("bucket"), "ExpectedBucketOwner": ACCOUNT}
_RULE = "ServerSideEncryptionConfiguration.Rules.0"


def _versioning(subject: Subject) -> Raw | None:
    """Versioning cannot be removed, only suspended: it exists while it has the wanted status.

    So a manifest that wants it suspended is never gone; no blueprint does.
    """
    status = subject.ask("get_bucket_versioning", subject.fill(_OURS)).get("Status")
    wanted = subject.wanted("versioningConfiguration.status")
    return {"Bucket": subject.wanted("bucket"), "Status": status} if status == wanted else None


VERSIONING = Kind(
    name="BucketVersioning",
    service="s3",
    lookup=None,
    find=_versioning,
    id="Bucket",
    create=Call("put_bucket_versioning", _OURS),
    fields=(Field("versioningConfiguration.status", "Status", sent="VersioningConfiguration.Status"),),
    delete=(Call("put_bucket_versioning", {**_OURS, "VersioningConfiguration": {"Status": "Suspended"}}),),
    facts=("Status",),
    actions=on(("s3:GetBucketVersioning", "s3:PutBucketVersioning"), BUCKETS),
)


def _encryption(subject: Subject) -> Raw | None:
    """Every bucket is encrypted by S3 itself; ours exists when a KMS key does it."""
    answer = subject.ask("get_bucket_encryption", subject.fill(_OURS))
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
    by_key = rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    return {"Bucket": subject.wanted("bucket"), **rule} if by_key else None


ENCRYPTION = Kind(
    name="BucketServerSideEncryptionConfiguration",
    service="s3",
    lookup=None,
    find=_encryption,
    id="Bucket",
    create=Call("put_bucket_encryption", _OURS),
    fields=(
        Field(
            "rule.0.applyServerSideEncryptionByDefault.sseAlgorithm",
            "ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            sent=f"{_RULE}.ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            change="rule",
        ),
        Field(
            "rule.0.applyServerSideEncryptionByDefault.kmsMasterKeyId",
            "ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
            sent=f"{_RULE}.ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
            change="rule",
            refers="arn",
        ),
        Field(
            "rule.0.bucketKeyEnabled",
            "BucketKeyEnabled",
            sent=f"{_RULE}.BucketKeyEnabled",
            change="rule",
        ),
    ),
    changes={"rule": Change("put_bucket_encryption", _OURS, whole=True)},
    delete=(Call("delete_bucket_encryption", _OURS),),
    facts=("ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"),
    actions=on(("s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"), BUCKETS),
)


def _access(subject: Subject) -> Raw | None:
    answer = subject.ask("get_public_access_block", subject.fill(_OURS))
    return {"Bucket": subject.wanted("bucket"), **answer["PublicAccessBlockConfiguration"]}


def _blocks(path: str, name: str) -> Field:
    return Field(path, name, sent=f"PublicAccessBlockConfiguration.{name}", change="block")


PUBLIC_ACCESS = Kind(
    name="BucketPublicAccessBlock",
    service="s3",
    lookup=None,
    find=_access,
    id="Bucket",
    create=Call("put_public_access_block", _OURS),
    fields=(
        _blocks("blockPublicAcls", "BlockPublicAcls"),
        _blocks("blockPublicPolicy", "BlockPublicPolicy"),
        _blocks("ignorePublicAcls", "IgnorePublicAcls"),
        _blocks("restrictPublicBuckets", "RestrictPublicBuckets"),
    ),
    changes={"block": Change("put_public_access_block", _OURS, whole=True)},
    delete=(Call("delete_public_access_block", _OURS),),
    facts=("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"),
    actions=on(("s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"), BUCKETS),
)


def _ownership(subject: Subject) -> Raw | None:
    answer = subject.ask("get_bucket_ownership_controls", subject.fill(_OURS))
    return {"Bucket": subject.wanted("bucket"), **answer["OwnershipControls"]["Rules"][0]}


OWNERSHIP = Kind(
    name="BucketOwnershipControls",
    service="s3",
    lookup=None,
    find=_ownership,
    id="Bucket",
    create=Call("put_bucket_ownership_controls", _OURS),
    fields=(
        Field(
            "rule.objectOwnership",
            "ObjectOwnership",
            sent="OwnershipControls.Rules.0.ObjectOwnership",
            change="rule",
        ),
    ),
    changes={"rule": Change("put_bucket_ownership_controls", _OURS)},
    delete=(Call("delete_bucket_ownership_controls", _OURS),),
    facts=("ObjectOwnership",),
    actions=on(("s3:GetBucketOwnershipControls", "s3:PutBucketOwnershipControls"), BUCKETS),
)


def _policy(subject: Subject) -> Raw | None:
    answer = subject.ask("get_bucket_policy", subject.fill(_OURS))
    return {"Bucket": subject.wanted("bucket"), "Policy": answer["Policy"]}


POLICY = Kind(
    name="BucketPolicy",
    service="s3",
    lookup=None,
    find=_policy,
    id="Bucket",
    create=Call("put_bucket_policy", _OURS),
    fields=(Field("policy", "Policy", sent="Policy", change="policy", form=DOCUMENT),),
    changes={"policy": Change("put_bucket_policy", _OURS)},
    delete=(Call("delete_bucket_policy", _OURS),),
    actions=on(("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"), BUCKETS),
)
