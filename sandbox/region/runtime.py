"""Looks at the bucket of every region now and then, and does what is desired there."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox import frontdoor
from sandbox.customer.account import Account
from sandbox.errors import SandboxError
from sandbox.region.parts import Part
from sandbox.region.place import Place
from sandbox.region.secrets import Secrets
from sandbox.region.trust import Trust

STATE_BUCKET = "-state-"
REGION_TAG = "byoc:region"
DISCOVERY_SECONDS = 6.0
HEARTBEAT_SECONDS = 60.0
PARTS: tuple[Part, ...] = (Secrets(), Trust())
AWAY = (ClientError, BotoCoreError, SandboxError, OSError)


@dataclass(slots=True)
class Region:
    """One region between two looks."""

    place: Place
    parts: tuple[Part, ...] = PARTS
    etag: str = ""
    index: Mapping[str, Any] = field(default_factory=dict)
    said: Any = None
    said_at: float = 0.0

    def step(self) -> None:
        """One polite look: nothing is read again that has not changed, nothing is said twice within a minute."""
        if not self.said_at:
            self._offer_key()
        self._read_index()
        applied = {part.name: part.step(self.place, self.index) for part in self.parts}
        if applied != self.said or time.monotonic() - self.said_at > HEARTBEAT_SECONDS:
            document = {"at": datetime.now(UTC).isoformat(), **applied}
            self.place.put("region/applied.json", json.dumps(document).encode())
            self.said, self.said_at = applied, time.monotonic()

    def _offer_key(self) -> None:
        public = json.dumps(self.place.key().as_dict(private=False), sort_keys=True).encode()
        if self.place.get("region/recipient.jwk") != public:
            self.place.put("region/recipient.jwk", public, "application/jwk+json")

    def _read_index(self) -> None:
        asked = {"IfNoneMatch": self.etag} if self.etag else {}
        try:
            answer = self.place.client.get_object(Bucket=self.place.bucket, Key="desired/index.json", **asked)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"304", "NotModified"}:
                return
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                self.etag, self.index = "", {}
                return
            raise
        self.index, self.etag = _object(answer["Body"].read()), answer["ETag"]


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(slots=True)
class Runtime:
    """Every region of every customer's account; one that is gone is forgotten with all it kept."""

    port: int
    folder: Path
    regions: dict[str, Region] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    looked_at: float = 0.0

    def step(self) -> None:
        if not self.looked_at or time.monotonic() - self.looked_at > DISCOVERY_SECONDS:
            self._tried(self._discover)
            self.looked_at = time.monotonic()
        for region in list(self.regions.values()):
            self._tried(region.step)

    def _tried(self, work: Callable[[], None]) -> None:
        """The cloud may be away, or full of faults: the next look comes in any case."""
        try:
            work()
        except AWAY as error:
            print(f"The cloud did not answer well: {type(error).__name__}.", flush=True)

    def _discover(self) -> None:
        found = {place.region_id: place for place in self._places()}
        for region_id, place in found.items():
            if region_id not in self.regions:
                print(f"Region {region_id} pulls from {place.bucket}.", flush=True)
                self.regions[region_id] = Region(place)
        for gone in [each for each in self.regions if each not in found]:
            del self.regions[gone]
        self._forget_all_but(set(found))

    def _places(self) -> Iterator[Place]:
        for account_id in frontdoor.call(self.port, "GET", "accounts")["accounts"]:
            client = self._client(account_id)
            for bucket in client.list_buckets()["Buckets"]:
                if bucket["Name"].startswith("byoc-") and STATE_BUCKET in bucket["Name"]:
                    yield from self._place(client, bucket["Name"])

    def _client(self, account_id: str) -> Any:
        if account_id not in self.clients:
            self.clients[account_id] = Account(self.port, account_id).client("s3")
        return self.clients[account_id]

    def _place(self, client: Any, bucket: str) -> Iterator[Place]:
        try:
            pairs = client.get_bucket_tagging(Bucket=bucket)["TagSet"]
        except ClientError:
            return  # not tagged yet, or gone already
        region_id = {pair["Key"]: pair["Value"] for pair in pairs}.get(REGION_TAG, "")
        if not region_id:
            return
        folder = self.folder / region_id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield Place(region_id, bucket, folder, client)

    def _forget_all_but(self, present: set[str]) -> None:
        """Keys and secrets of a region leave with it."""
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if folder.is_dir() and folder.name not in present:
                shutil.rmtree(folder, ignore_errors=True)
