"""Where the state bucket and the secrets of a customer's account are found; bound when the process starts."""

from dataclasses import replace
from typing import Protocol

from regions.clouds.stores import KeptSecrets, Objects
from regions.models import Connection, Region
from regions.spec import Cloud
from regions.steps.clouds import CloudEntry

IDENTITY = "byoc-console"


class Stores(Protocol):
    """Sessions are kept and renewed; both methods raise CloudError when the cloud refuses."""

    def objects(self, entry: CloudEntry, bucket: str) -> Objects: ...

    def kept_secrets(self, entry: CloudEntry) -> KeptSecrets: ...

    def forget(self, entry: CloudEntry) -> None: ...


_stores: dict[Cloud, Stores] = {}


def bind(cloud: Cloud, stores: Stores) -> None:
    _stores[cloud] = stores


def stores_of(cloud: str) -> Stores:
    """Raises KeyError for a cloud that no adapter is bound for."""
    return _stores[Cloud(cloud)]


def entry_to(connection: Connection, cloud_region: str) -> CloudEntry:
    """Into the account in the console's own name, for what no operation asked for."""
    return CloudEntry(
        account_id=connection.account_id,
        cloud_region=cloud_region,
        role_arn=connection.role_arn,
        external_id=connection.external_id,
        session_name="byoc-secrets",
        source_identity=IDENTITY,
        tags={"byoc:connection": str(connection.id)},
    )


def entry_of(region: Region, *, session_name: str = "") -> CloudEntry:
    entry = entry_to(region.connection, region.cloud_region)
    return replace(entry, session_name=session_name) if session_name else entry
