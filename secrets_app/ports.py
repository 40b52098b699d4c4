"""What this app asks of the clouds; adapters are bound when the process starts."""

from dataclasses import dataclass
from typing import Protocol

from console.kernel.scope import Scope
from secrets_app.models import Recipient


class CloudAway(Exception):
    """The cloud refused or did not answer; the sentence is for people and holds the cloud's own code."""


class RegionBucket(Protocol):
    """The state bucket of a region, in the customer's account. Every method goes over the network.

    Called outside of any transaction; raises CloudAway.
    """

    def put(self, recipient: Recipient, key: str, body: bytes, content_type: str) -> None: ...

    def get(self, recipient: Recipient, key: str) -> bytes | None:
        """None where there is no such object."""

    def keys(self, recipient: Recipient, prefix: str) -> tuple[str, ...]: ...

    def remove(self, recipient: Recipient, key: str) -> None:
        """Remove the object with all its versions."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at an external secret says; `state` is a value of `models.Check`."""

    state: str
    message: str


class References(Protocol):
    """External secrets, looked at through the connection to their cloud account; values are never asked for."""

    def look(self, scope: Scope, provider: str, reference: str) -> Found: ...


_buckets: list[RegionBucket] = []
_references: list[References] = []


def bind(*, bucket: RegionBucket, references: References) -> None:
    _buckets[:] = [bucket]
    _references[:] = [references]


def region_bucket() -> RegionBucket:
    """Raises IndexError where none is bound."""
    return _buckets[0]


def references() -> References:
    return _references[0]
