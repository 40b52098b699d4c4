"""What a verification looks for: the region that is planned for the account, as far as there is one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from regions.questionnaire import codec
from regions.spec import Tailoring

ZONES_NEEDED = 3

Subnets = tuple[tuple[str, str], ...]
"""Id and range of each, in the order of the zones."""


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """The customer's VPC that the region is to stand in."""

    vpc_id: str
    lent_to: str
    """The connection's id, which the VPC must carry as a tag."""
    private: Subnets
    database: Subnets
    public: Subnets = ()

    @property
    def tiers(self) -> tuple[Subnets, ...]:
        return (self.private, self.database, self.public)


@dataclass(frozen=True, slots=True)
class Target:
    """Kept in the operation's context as plain JSON."""

    cloud_region: str
    plan: str = ""
    """What people call the plan: "plan 4 of frankfurt"; empty where nothing is planned yet."""
    region_id: str = ""
    zones: tuple[str, ...] = ()
    vpc_cidr: str = ""
    instance_types: tuple[str, ...] = ()
    instance_class: str = ""
    engine_version: str = ""
    nodes_max: int = 0
    dns_zone: str = ""
    needed: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind of resource are still to be made."""
    further_nodes: Mapping[str, int] = field(default_factory=dict)
    """At most, by instance type: the node groups beside the first."""
    own_network: OwnNetwork | None = None
    tailoring: Tailoring = field(default_factory=Tailoring)
    """Of the roles for people, as it was when the verification was asked for."""

    def to_context(self) -> dict[str, Any]:
        document: dict[str, Any] = codec.to_document(replace(self, needed={}, further_nodes={}))
        return {**document, "needed": dict(self.needed), "further_nodes": dict(self.further_nodes)}

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self:
        return codec.from_document(cls, context)
