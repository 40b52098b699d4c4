"""Sessions in customers' AWS accounts, for the steps of operations."""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.inspection import AwsInspector
from regions.clouds.aws.kept_secrets import AwsKeptSecrets
from regions.clouds.aws.leftovers import GLOBAL_REGION, AwsLeftovers
from regions.clouds.aws.objects import AwsObjects
from regions.clouds.aws.session import AwsConfig, Session, Sessions
from regions.clouds.aws.survey import AwsMender, AwsSurvey
from regions.clouds.ports import Manifest

SHARED_SECONDS = 10.0
MOST_WAYS = 200


class Entry(Protocol):
    @property
    def account_id(self) -> str: ...
    @property
    def cloud_region(self) -> str: ...
    @property
    def role_arn(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def session_name(self) -> str: ...
    @property
    def source_identity(self) -> str: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


@dataclass(slots=True)
class _Way:
    """One entry's session and client; the lock lets one thread open them while the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    client: AwsResources | None = None
    made_at: float = 0.0


class AwsAccounts:
    def __init__(self, config: AwsConfig) -> None:
        self._sessions = Sessions(config)
        self._ways: dict[tuple[str, ...], _Way] = defaultdict(_Way)

    def resources(self, entry: Entry, lookup: Callable[[str], Manifest]) -> AwsResources:
        """A client is shared for a few seconds, so that steps at work together resolve a reference once."""
        way = self._way(entry)
        with way.lock:
            if way.client is None or monotonic() - way.made_at > SHARED_SECONDS:
                session = self._session(entry)
                way.client = AwsResources(session, entry.account_id, entry.cloud_region, lookup)
                way.made_at = monotonic()
            return way.client

    def inspector(self, entry: Entry) -> AwsInspector:
        with self._way(entry).lock:
            return AwsInspector(self._session(entry))

    def searcher(self, entry: Entry) -> AwsLeftovers:
        with self._way(entry).lock:
            return AwsLeftovers(self._session(entry), self._session(entry, GLOBAL_REGION))

    def objects(self, entry: Entry, bucket: str) -> AwsObjects:
        with self._way(entry).lock:
            return AwsObjects(self._session(entry), entry.account_id, bucket)

    def kept_secrets(self, entry: Entry) -> AwsKeptSecrets:
        with self._way(entry).lock:
            return AwsKeptSecrets(self._session(entry))

    def survey(self, entry: Entry, region_ids: Sequence[str]) -> AwsSurvey:
        """A survey of its own for each look: what it read once it does not read again."""
        with self._way(entry).lock:
            return AwsSurvey(self._session(entry), entry.account_id, entry.cloud_region, region_ids)

    def mender(self, entry: Entry) -> AwsMender:
        with self._way(entry).lock:
            return AwsMender(self._session(entry), entry.account_id, entry.cloud_region)

    def forget(self, entry: Entry) -> None:
        """What other roles entered stays."""
        self._sessions.forget(entry.role_arn)
        for key in [key for key in list(self._ways) if key[0] == entry.role_arn]:
            self._ways.pop(key, None)

    def _way(self, entry: Entry) -> _Way:
        if len(self._ways) > MOST_WAYS:
            self._ways.clear()
        return self._ways[entry.role_arn, entry.cloud_region, entry.session_name, entry.external_id]

    def _session(self, entry: Entry, region: str = "") -> Session:
        return self._sessions.open(
            role_arn=entry.role_arn,
            external_id=entry.external_id,
            region=region or entry.cloud_region,
            session_name=entry.session_name,
            source_identity=entry.source_identity,
            tags=entry.tags,
        )
