"""S3 bucket; every call names the owner we expect, and what it holds is removed before it is."""

from typing import Any

from regions.clouds.aws.named import BUCKETS, OBJECTS, on
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ACCOUNT,
    NAME,
    TAGS,
    Call,
    Kind,
    Raw,
    Tagging,
    pairs,
)
from regions.clouds.errors import Category, CloudError

_OURS = {"Bucket": NAME, "ExpectedBucketOwner": ACCOUNT}
PAGES_A_CALL = 5


def _find(subject: Subject) -> Raw | None:
    ours = subject.fill(_OURS)
    subject.ask("head_bucket", ours)
    try:
        tags = subject.ask("get_bucket_tagging", ours)["TagSet"]
    except CloudError as error:
        if error.category is not Category.NOT_FOUND:
            raise
        tags = []
    return {"Name": subject.manifest.external_name, "TagSet": tags}


def _location(subject: Subject) -> dict[str, Any]:
    """us-east-1 is where a bucket goes that names no place, and may not be named."""
    region = subject.account.region
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _empty(subject: Subject) -> None:
    """Remove versions and delete markers, some thousand a call; raises conflict while more are left."""
    if not subject.wanted("forceDestroy"):
        return
    ours = subject.fill(_OURS)
    for _ in range(PAGES_A_CALL):
        page = subject.ask("list_object_versions", ours)
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not found:
            return
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        answer = subject.ask("delete_objects", {**ours, "Delete": {"Objects": objects, "Quiet": True}})
        for failed in answer.get("Errors", []):
            raise _not_empty(failed["Code"], failed["Message"])
    raise _not_empty("BucketNotEmpty", "The bucket still holds object versions; emptying it goes on.")


def _just_made(subject: Subject) -> bool:
    """A creation cannot carry tags: a bucket without any that holds nothing is one that was cut short."""
    if subject.seen["TagSet"]:
        return False
    page = subject.ask("list_object_versions", {**subject.fill(_OURS), "MaxKeys": 1})
    return not (page.get("Versions") or page.get("DeleteMarkers"))


def _not_empty(code: str, message: str) -> CloudError:
    return CloudError(
        code=code,
        status=409,
        message=message,
        operation="s3:DeleteObject",
        request_id="",
        category=Category.CONFLICT,
    )


KIND = Kind(
    name="Bucket",
    service="s3",
    lookup=None,
    find=_find,
    id="Name",
    derived_arn="arn:{partition}:s3:::{name}",
    create=Call("create_bucket", {"Bucket": NAME}),
    extra_request=_location,
    adopts=_just_made,
    before_delete=_empty,
    delete=(Call("delete_bucket", _OURS),),
    tagging=Tagging(
        seen="TagSet",
        shape=pairs(),
        change=Call("put_bucket_tagging", {**_OURS, "Tagging": {"TagSet": TAGS}}),
        after_create=True,
    ),
    facts=("Name",),
    actions=(
        *on(("s3:ListBucket", "s3:GetBucketTagging", "s3:ListBucketVersions"), BUCKETS),
        *on(("s3:CreateBucket", "s3:PutBucketTagging", "s3:DeleteBucket"), BUCKETS),
        *on(("s3:DeleteObjectVersion",), OBJECTS),
    ),
)
