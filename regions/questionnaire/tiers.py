"""Sizes as versioned data: a plan names the version that sized it."""

from dataclasses import dataclass

VERSION = "2026-11"
KUBERNETES_VERSION = "1.33"
POSTGRES_VERSION = "17.5"
APP_INSTANCE_MB = 2_560
"""Memory of one app instance by default."""
NODE_OVERHEAD_MB = 4_096
"""What Kubernetes, the runtime and agents take of each node."""


@dataclass(frozen=True, slots=True)
class DatabaseTier:
    operations_per_second: int
    instance_class: str
    vcpu: int
    memory_gb: int
    storage_gib: int
    """Proposed where the answer leaves it open."""


DATABASE_TIERS = (
    DatabaseTier(1_000, "db.t4g.medium", 2, 4, 100),
    DatabaseTier(3_000, "db.r6g.large", 2, 16, 200),
    DatabaseTier(6_000, "db.r6g.xlarge", 4, 32, 400),
    DatabaseTier(10_000, "db.r6g.2xlarge", 8, 64, 800),
    DatabaseTier(24_000, "db.r6g.4xlarge", 16, 128, 1_600),
)
LARGEST_TIER = DATABASE_TIERS[-1]


@dataclass(frozen=True, slots=True)
class NodeType:
    name: str
    vcpu: int
    memory_gb: int
    addresses: int
    """Interfaces times addresses of each, which the VPC CNI draws from the private subnet."""

    @property
    def usable_mb(self) -> int:
        return self.memory_gb * 1_024 - NODE_OVERHEAD_MB


NODE_TYPES = {
    "m5.2xlarge": NodeType("m5.2xlarge", 8, 32, 4 * 15),
    "m5.4xlarge": NodeType("m5.4xlarge", 16, 64, 8 * 30),
}


def database_tier(operations_per_second: int) -> DatabaseTier:
    """The smallest tier that carries the load; the largest when none does."""
    fitting = (tier for tier in DATABASE_TIERS if tier.operations_per_second >= operations_per_second)
    return next(fitting, LARGEST_TIER)
