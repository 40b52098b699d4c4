"""Where steps find the cloud that their region lives in; bound when the process starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from regions.blueprints.manifests import Manifest
from regions.clouds.inspection import Inspector
from regions.clouds.leftovers import Searcher
from regions.clouds.ports import ResourceClient
from regions.spec import Cloud

Lookup = Callable[[str], Manifest]
"""Finds the manifest that another one refers to, by its name."""


@dataclass(frozen=True, slots=True)
class CloudEntry:
    """Into which account, through which role, on whose behalf."""

    account_id: str
    cloud_region: str
    role_arn: str
    external_id: str = field(repr=False)
    session_name: str
    source_identity: str
    tags: Mapping[str, str]


class CloudAccounts(Protocol):
    """Sessions are kept and renewed; every method raises CloudError when the cloud refuses."""

    def resources(self, entry: CloudEntry, lookup: Lookup) -> ResourceClient: ...

    def inspector(self, entry: CloudEntry) -> Inspector: ...

    def searcher(self, entry: CloudEntry) -> Searcher: ...

    def forget(self, entry: CloudEntry) -> None:
        """Enter afresh next time: the cloud no longer takes the session."""


class Resolver(Protocol):
    """Answers for names as the region's own name servers would be asked."""

    def name_servers(self, zone: str) -> tuple[str, ...]:
        """Host names of the zone's NS records; empty where nobody answers for it."""


_accounts: dict[Cloud, CloudAccounts] = {}
_resolvers: list[Resolver] = []


def bind(cloud: Cloud, accounts: CloudAccounts) -> None:
    _accounts[cloud] = accounts


def bind_resolver(resolver: Resolver) -> None:
    _resolvers[:] = [resolver]


def accounts_of(cloud: str) -> CloudAccounts:
    """Raises KeyError for a cloud that no adapter is bound for."""
    return _accounts[Cloud(cloud)]


def resolver() -> Resolver:
    """Raises IndexError where none is bound."""
    return _resolvers[0]
