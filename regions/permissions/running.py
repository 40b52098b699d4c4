"""What a running region needs of the deployment role beside its resources, each with its reason."""

from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.named import BUCKETS, KEYS, regional
from regions.permissions.verification import Reading

STATE_BUCKETS = "arn:aws:s3:::byoc-*-state-{account}"
PUBLISH = "To publish sealed secrets and trust to the region's own state bucket, from which the region pulls."
HEAR = "To read the region's public key and what it has applied."
SEALED_BUCKET = "The state bucket is encrypted with the region's KMS key, which S3 asks for in the caller's name."
REFERENCE = "To see that an external secret is there, without its value; only where your cloud team tagged it so."
PASSWORD = "To have RDS make a new master password, which AWS keeps and the console never sees."  # noqa: S105
ROOT_KEY = (
    "To wrap your organization's keys with a KMS key of yours, if you name one: only with an encryption context "
    "that names this connection."
)
SIGNING_KEY = (
    "To have an asymmetric KMS key of yours sign regions' authorities, if you name one: only a key that your "
    "cloud team tagged so."
)

RUNNING = (
    Reading(Action("s3:PutObject", (f"{STATE_BUCKETS}/desired/*",)), PUBLISH),
    Reading(Action("s3:GetObject", (f"{STATE_BUCKETS}/desired/index.json", f"{STATE_BUCKETS}/region/*")), HEAR),
    Reading(Action("s3:ListBucket", BUCKETS), HEAR),
    Reading(Action("kms:GenerateDataKey", KEYS, Guard.VIA_SERVICE, "s3"), SEALED_BUCKET),
    Reading(Action("kms:Decrypt", KEYS, Guard.VIA_SERVICE, "s3"), SEALED_BUCKET),
    Reading(Action("kms:Encrypt", KEYS, Guard.ENCRYPTION_CONTEXT), ROOT_KEY),
    Reading(Action("kms:Decrypt", KEYS, Guard.ENCRYPTION_CONTEXT), ROOT_KEY),
    Reading(Action("kms:GetPublicKey", KEYS, Guard.RESOURCE_TAG), SIGNING_KEY),
    Reading(Action("kms:Sign", KEYS, Guard.RESOURCE_TAG), SIGNING_KEY),
    Reading(
        Action("secretsmanager:DescribeSecret", regional("secretsmanager", "secret:*"), Guard.RESOURCE_TAG),
        REFERENCE,
    ),
    Reading(Action("secretsmanager:RotateSecret", regional("secretsmanager", "secret:rds!*")), PASSWORD),
)
