"""Objects in a region's state bucket."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError

from regions.clouds.aws.calls import call
from regions.clouds.aws.errors import from_no_answer
from regions.clouds.aws.session import Session
from regions.clouds.errors import CloudError

LARGEST_READ = 4 * 1024 * 1024
"""Bytes of an object that are read at most: what a region writes is not trusted to be short."""
ABSENT = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, slots=True)
class AwsObjects:
    """One bucket, which must belong to `account_id` (`ExpectedBucketOwner`); every method raises CloudError."""

    session: Session
    account_id: str
    bucket: str

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self._call("put_object", Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes | None:
        """The first bytes of the object, or None where there is none; a missing bucket is an error."""
        try:
            answer = self._call("get_object", Key=key)
        except CloudError as error:
            if error.code in ABSENT:
                return None
            raise
        try:
            return bytes(answer["Body"].read(LARGEST_READ))
        except BotoCoreError as error:
            raise from_no_answer(error, "s3:GetObject") from error

    def keys(self, prefix: str) -> tuple[str, ...]:
        return tuple(
            item["Key"] for page in self._pages("list_objects_v2", prefix) for item in page.get("Contents", [])
        )

    def remove(self, key: str) -> None:
        """Remove every version of the object and its delete markers: nothing of it is left."""
        for page in self._pages("list_object_versions", key):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found if one["Key"] == key]
            if objects:
                self._call("delete_objects", Delete={"Objects": objects, "Quiet": True})

    def _pages(self, method: str, prefix: str) -> Iterator[dict[str, Any]]:
        marks: dict[str, str] = {}
        while True:
            page = self._call(method, Prefix=prefix, **marks)
            yield page
            if not page.get("IsTruncated"):
                return
            names = {"ContinuationToken": "NextContinuationToken"}
            if method == "list_object_versions":
                names = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
            marks = {mark: page[following] for mark, following in names.items() if page.get(following)}

    def _call(self, method: str, **request: Any) -> dict[str, Any]:
        whole = {"Bucket": self.bucket, "ExpectedBucketOwner": self.account_id, **request}
        return call(self.session, "s3", method, whole)
