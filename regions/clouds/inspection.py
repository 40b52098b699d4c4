"""What verification asks of a customer's cloud account: reads alone, through the role it has just assumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Context = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Condition keys of a simulated request: key, type (`string`, `boolean`), values."""


@dataclass(frozen=True, slots=True, order=True)
class Ask:
    """May the role do this, on this resource, with these condition keys?"""

    action: str
    resource: str
    context: Context = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`decision` is the provider's own word: `allowed`, `implicitDeny`, `explicitDeny`."""

    decision: str
    within_boundary: bool = True

    @property
    def allowed(self) -> bool:
        return self.decision == "allowed" and self.within_boundary


@dataclass(frozen=True, slots=True)
class RoleRead:
    trust: Mapping[str, Any]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Network:
    id: str
    cidrs: tuple[str, ...]
    tags: Mapping[str, str]
    is_default: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One subnet of a network, and where its traffic leaves to: `igw`, `nat`, `tgw`, ... or nowhere."""

    id: str
    network_id: str
    cidr: str
    zone: str
    free: int
    """Addresses that nothing has taken."""
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class NetworkInside:
    """A network that is there already, as far as a region that stands in it must know."""

    tags: Mapping[str, str]
    cidrs: tuple[str, ...]
    dns_support: bool
    dns_hostnames: bool
    internet_gateway: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    arn: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the account that is not in a network: a cluster, a database, a machine."""

    kind: str
    name: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trail:
    """A record of who called the cloud."""

    name: str
    everywhere: bool
    """Of all regions."""
    logging: bool


class Inspector(Protocol):
    """Every method raises CloudError when the cloud refuses or does not answer."""

    def account_id(self) -> str: ...

    def role(self, name: str) -> RoleRead: ...

    def simulate_role(self, role_arn: str, asks: Sequence[Ask]) -> Mapping[Ask, Answer]: ...

    def simulate_policies(
        self, policies: Sequence[str], boundary: str, asks: Sequence[Ask]
    ) -> Mapping[Ask, Answer]: ...

    def quota(self, service: str, code: str) -> float: ...

    def zones(self) -> tuple[str, ...]: ...

    def zones_offering(self, instance_type: str) -> frozenset[str]: ...

    def zones_ordering(self, instance_class: str, engine_version: str) -> frozenset[str]: ...

    def vcpus(self, instance_types: Sequence[str]) -> Mapping[str, int]: ...

    def networks(self) -> tuple[Network, ...]: ...

    def inside(self, network_id: str) -> NetworkInside: ...

    def addresses(self) -> int: ...

    def nat_gateways(self) -> Mapping[str, int]:
        """How many by availability zone."""

    def internet_gateways(self) -> int: ...

    def network_load_balancers(self) -> int: ...

    def clusters(self) -> tuple[Named, ...]: ...

    def databases(self) -> tuple[Named, ...]: ...

    def machines(self) -> tuple[Named, ...]:
        """Running instances; `kind` is the instance type."""

    def unnamed_keys(self) -> Mapping[str, Mapping[str, str]]:
        """Plain encryption keys of the customer that have no alias: id, and tags."""

    def threats_watched(self) -> bool: ...

    def changes_recorded(self) -> bool: ...

    def trails(self) -> tuple[Trail, ...]: ...

    def volumes_encrypted(self) -> bool:
        """Whether new volumes are, without being asked."""

    def tagged(self, key: str) -> tuple[Tagged, ...]: ...


class Doors(Protocol):
    def enter(
        self,
        *,
        role_arn: str,
        external_id: str,
        region: str,
        session_name: str,
        source_identity: str,
        tags: Mapping[str, str],
    ) -> Inspector:
        """Assume the role afresh; an empty external id is not sent. Raises CloudError when refused."""


class Templates(Protocol):
    def publish(self, key: str, body: str) -> str:
        """Put the template where the customer's cloud can read it; return its URL. Raises CloudError."""
