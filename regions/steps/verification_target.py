"""What a verification looks for: the region that is planned for the account, as far as there is one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

ZONES_NEEDED = 3


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
    needed: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind of resource are still to be made."""

    def to_context(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self:
        listed = {name: tuple(context[name]) for name in ("zones", "instance_types")}
        return cls(**{**context, **listed})
