"""Sessions in customers' AWS accounts, for the steps of operations."""

from collections.abc import Callable, Mapping
from typing import Protocol

from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.inspection import AwsInspector
from regions.clouds.aws.session import AwsConfig, Session, Sessions
from regions.clouds.ports import Manifest


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


class AwsAccounts:
    def __init__(self, config: AwsConfig) -> None:
        self._sessions = Sessions(config)

    def resources(self, entry: Entry, lookup: Callable[[str], Manifest]) -> AwsResources:
        return AwsResources(self._session(entry), entry.account_id, entry.cloud_region, lookup)

    def inspector(self, entry: Entry) -> AwsInspector:
        return AwsInspector(self._session(entry))

    def forget(self, _entry: Entry) -> None:
        self._sessions.forget()

    def _session(self, entry: Entry) -> Session:
        return self._sessions.open(
            role_arn=entry.role_arn,
            external_id=entry.external_id,
            region=entry.cloud_region,
            session_name=entry.session_name,
            source_identity=entry.source_identity,
            tags=entry.tags,
        )
