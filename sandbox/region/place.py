"""One region as its own half sees it: a bucket, a folder, a key."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from joserfc.jwk import ECKey

from sandbox.paths import write_private

ABSENT = {"NoSuchKey", "404"}


@dataclass(frozen=True, slots=True)
class Place:
    """`client` is the customer's of S3; `folder` is this region's own, of mode 0700."""

    region_id: str
    bucket: str
    folder: Path
    client: Any

    def put(self, key: str, body: bytes, content_type: str = "application/json") -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes | None:
        """The object, or None where there is none."""
        try:
            return bytes(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise

    def key(self) -> ECKey:
        """The region's private key for what is sealed to it: made once, never leaves the folder."""
        file = self.folder / "recipient.key"
        if not file.exists():
            made = ECKey.generate_key("P-256")
            write_private(file, json.dumps(made.as_dict(private=True)))
        return ECKey.import_key(json.loads(file.read_text(encoding="utf-8")))

    def remember(self, name: str, document: Any) -> None:
        """Keep a document in a file of mode 0600, at once or not at all."""
        write_private(self.folder / name, json.dumps(document))

    def recall(self, name: str) -> Any:
        """What was remembered, or None; a file that was damaged is as if it were not there."""
        try:
            return json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
