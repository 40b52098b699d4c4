"""The deployment role at the state bucket and at external secrets: what it may, and what it must not."""

from collections.abc import Callable
from typing import Any

import pytest

from regions.clouds.aws.kept_secrets import AwsKeptSecrets
from regions.clouds.aws.objects import AwsObjects
from regions.clouds.errors import Category, CloudError
from tests.unit.blueprints.specs import VARIANTS
from tests.unit.clouds.conftest import Region, prepare
from tests.unit.clouds.front_door import FrontDoor

ACCOUNT = "777788889999"
BUCKET = f"byoc-0123456789-state-{ACCOUNT}"


@pytest.fixture(scope="module")
def region(door: FrontDoor) -> Region:
    """Connected; of its resources the state bucket alone is there, encrypted by a key of the account."""
    region = prepare(door, VARIANTS["production"], ACCOUNT)
    client = _admin(region)
    place = {"LocationConstraint": region.spec.cloud_region}
    for name in (BUCKET, "somebody-elses"):
        client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    client("s3").put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return region


def _admin(region: Region) -> Callable[[str], Any]:
    return region.door.administrator(ACCOUNT, region.spec.cloud_region).client


def objects(region: Region, bucket: str = BUCKET) -> AwsObjects:
    return AwsObjects(region.session, ACCOUNT, bucket)


def refused(error: pytest.ExceptionInfo[CloudError], operation: str) -> None:
    assert (error.value.category, error.value.operation) == (Category.REFUSED, operation)


def test_it_publishes_reads_and_tidies(region: Region) -> None:
    bucket = objects(region)
    for body in (b"one", b"two"):
        bucket.put("desired/secrets/x/1.jwe", body, "application/jose")
    assert bucket.keys("desired/secrets/") == ("desired/secrets/x/1.jwe",)
    bucket.remove("desired/secrets/x/1.jwe")
    assert bucket.keys("desired/secrets/") == ()
    left = _admin(region)("s3").list_object_versions(Bucket=BUCKET, Prefix="desired/secrets/x/")
    assert "Versions" not in left


def test_what_is_not_there_is_none(region: Region) -> None:
    assert objects(region).get("region/applied.json") is None


def test_it_writes_nothing_that_the_region_says(region: Region) -> None:
    with pytest.raises(CloudError) as error:
        objects(region).put("region/applied.json", b"{}", "application/json")
    refused(error, "s3:PutObject")


def test_it_reads_no_sealed_document_back(region: Region) -> None:
    objects(region).put("desired/secrets/x/2.jwe", b"sealed", "application/jose")
    with pytest.raises(CloudError) as error:
        objects(region).get("desired/secrets/x/2.jwe")
    refused(error, "s3:GetObject")


def test_it_reaches_no_other_bucket(region: Region) -> None:
    with pytest.raises(CloudError) as error:
        objects(region, "somebody-elses").put("desired/index.json", b"{}", "application/json")
    refused(error, "s3:PutObject")


def test_it_uses_keys_through_s3_alone(region: Region) -> None:
    key = _admin(region)("kms").create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(Exception, match="AccessDenied"):
        region.session.client("kms").generate_data_key(KeyId=key, KeySpec="AES_256")


def test_it_looks_at_a_secret_that_carries_its_tag_and_at_no_other(region: Region) -> None:
    client = _admin(region)("secretsmanager")
    tags = [{"Key": "byoc:connection", "Value": region.spec.connection_id}]
    ours = client.create_secret(Name="shared", SecretString="x", Tags=tags)["ARN"]
    theirs = client.create_secret(Name="private", SecretString="x")["ARN"]
    kept = AwsKeptSecrets(region.session)
    assert kept.describe(ours).name == "shared"
    with pytest.raises(CloudError) as error:
        kept.describe(theirs)
    refused(error, "secretsmanager:DescribeSecret")


def test_it_reads_the_value_of_neither(region: Region) -> None:
    with pytest.raises(Exception, match="AccessDenied"):
        region.session.client("secretsmanager").get_secret_value(SecretId="shared")
