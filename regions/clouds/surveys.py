"""What a look at whole regions asks of a cloud: all in few calls, one resource closely, who changed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from regions.clouds.ports import Manifest, Observation

Manifests = Mapping[str, Manifest]
"""Of one region, by name."""
MARKS = "tags"
"""The field of a difference that is about tags; a resource that lost what it is found by is told by it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One call in the account that changed something, as the cloud's own trail tells it."""

    event_id: str
    at: datetime
    call: str
    """`ec2:AuthorizeSecurityGroupIngress`"""
    who: str
    """ARN of the principal."""
    person: str
    """The source identity or session behind the principal, its user name otherwise."""
    source_ip: str
    names: frozenset[str]
    """Every name, id and ARN that the event mentions."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    traces: tuple[Trace, ...]
    """Newest first."""
    complete: bool
    """False where more happened than is worth reading: then anything may have changed."""


class Survey(Protocol):
    """Every method raises CloudError when the cloud refuses."""

    @property
    def calls(self) -> int: ...

    def look(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation:
        """What the cloud says, answered from calls about all resources alike where the cloud has such calls.

        It may be a little late; what matters is looked at closely. `known_id` is the external id last seen: a
        resource that lost the tags it is found by is told from one that is gone.
        """

    def look_closely(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation:
        """What the cloud says to calls about this resource alone."""

    def is_read_with_others(self, kind: str) -> bool:
        """Whether looking at one more resource of the kind costs no call more."""

    def service_of(self, kind: str) -> str:
        """By the name that traces carry before the colon."""

    def trail(self, *, since: datetime, until: datetime) -> Trail: ...


class Mender(Protocol):
    """Puts back what the four verbs do not see; every method raises CloudError."""

    def look_closely(self, manifest: Manifest, region: Manifests, known_id: str) -> Observation: ...

    def mark_again(self, manifest: Manifest, known_id: str) -> None:
        """Give a resource that is there the tags by which it is found."""

    def remove_additions(self, manifest: Manifest, region: Manifests) -> None:
        """Remove what others added to the resource and no manifest wants."""
