"""What a region is asked to be: the typed, immutable input of a blueprint."""

from dataclasses import dataclass
from enum import StrEnum


class Cloud(StrEnum):
    AWS = "aws"
    GCP = "gcp"
    AZURE = "azure"


class Environment(StrEnum):
    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"


class Connectivity(StrEnum):
    INTERNET = "internet"
    PRIVATE_LINK = "privatelink"
    TRANSIT_GATEWAY = "transit_gateway"


class FlowLogs(StrEnum):
    """Which connections of the VPC are logged."""

    NONE = "none"
    REJECTED = "rejected"
    ALL = "all"


class RoleName(StrEnum):
    """The IAM roles of a region, by the source document's names."""

    DEPLOYMENT = "deployment"
    READ_ONLY = "read-only"
    ELEVATED = "elevated"
    LIMITED_ADMIN = "limited-admin"


@dataclass(frozen=True, slots=True)
class ExistingNetwork:
    """The customer's own VPC; ids of subnets in the order of the region's zones, their ranges in NetworkSpec."""

    vpc_id: str
    public_subnet_ids: tuple[str, ...]
    """Empty where no load balancer faces the internet."""
    private_subnet_ids: tuple[str, ...]
    database_subnet_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """Actions that a role for people does not get although it would; names may end with `*`."""

    role: RoleName
    actions: tuple[str, ...]


class KubernetesAccess(StrEnum):
    NONE = "none"
    VIEW = "view"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class UseCaseRole:
    """A role for people that the customer asked for, beside the three of the source document."""

    name: str
    purpose: str
    actions: tuple[str, ...]
    kubernetes: KubernetesAccess = KubernetesAccess.NONE
    principals: tuple[str, ...] = ()
    """IAM roles and users of the customer that may take it; empty: the vendor's operations."""


@dataclass(frozen=True, slots=True)
class Tailoring:
    """What the customer changed about the roles for people."""

    removed: tuple[Removal, ...] = ()
    added: tuple[UseCaseRole, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.removed or self.added)

    def removed_from(self, role: RoleName) -> tuple[str, ...]:
        return tuple(action for one in self.removed if one.role is role for action in one.actions)


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """CIDR blocks in the order of the region's zones."""

    vpc_cidr: str
    public_cidrs: tuple[str, ...]
    private_cidrs: tuple[str, ...]
    database_cidrs: tuple[str, ...]
    connectivity: Connectivity = Connectivity.INTERNET
    transit_gateway_id: str = ""
    gateway_cidrs: tuple[str, ...] = ()
    """What is reached through the transit gateway; empty: all private ranges of RFC 1918."""
    gateway_route_table_id: str = ""
    """The gateway's own route table, where the way back is written; empty: the gateway learns it by itself."""
    principals: tuple[str, ...] = ()
    """ARNs of those who may connect by PrivateLink; empty: the customer's account."""
    existing: ExistingNetwork | None = None
    flow_logs: FlowLogs = FlowLogs.NONE


@dataclass(frozen=True, slots=True)
class NodeGroupSpec:
    """Nodes of another kind beside the region's first group."""

    name: str
    """Small letters and digits; names the group, and labels its nodes as their pool."""
    instance_types: tuple[str, ...]
    nodes_min: int
    nodes_max: int
    spot: bool = False


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    kubernetes_version: str
    instance_types: tuple[str, ...]
    nodes_min: int
    nodes_max: int
    endpoint_cidrs: tuple[str, ...]
    """CIDR blocks that may reach the Kubernetes API (EKS `publicAccessCidrs`)."""
    endpoint_closes: bool = False
    """Once the region has joined, the API is reached from inside the network alone."""
    node_groups: tuple[NodeGroupSpec, ...] = ()
    pod_identity: bool = False
    """The runtime has a role of its own by EKS pod identity, in place of the nodes' role."""


@dataclass(frozen=True, slots=True)
class DatabaseSpec:
    instance_class: str
    engine_version: str
    storage_gib: int
    storage_limit_gib: int
    """Ceiling of RDS storage autoscaling."""
    multi_az: bool
    backup_retention_days: int
    backup_window: str
    """Daily, UTC, `hh24:mi-hh24:mi` (RDS `PreferredBackupWindow`)."""
    maintenance_window: str
    """Weekly, UTC, `ddd:hh24:mi-ddd:hh24:mi` (RDS `PreferredMaintenanceWindow`)."""
    vault_days: int = 35
    """How long AWS Backup keeps a daily copy of the data beside RDS's own backups; 0: there is no vault."""


@dataclass(frozen=True, slots=True)
class EncryptionSpec:
    customer_key_arn: str = ""
    """The customer's own KMS key; empty: the region gets a key of its own."""


@dataclass(frozen=True, slots=True)
class RegionSpec:
    """Everything a blueprint needs; equal specs give equal manifests, byte for byte."""

    region_id: str
    name: str
    organization: str
    connection_id: str
    cloud: Cloud
    account_id: str
    cloud_region: str
    environment: Environment
    zones: tuple[str, ...]
    network: NetworkSpec
    cluster: ClusterSpec
    database: DatabaseSpec
    encryption: EncryptionSpec
    dns_zone: str
    log_retention_days: int
    deployment_role_arn: str
    operations_principal_arn: str
    """The vendor's principal that the human roles trust."""
    permissions_boundary_arn: str
    tags: tuple[tuple[str, str], ...] = ()
    """Extra tags from the questionnaire (compliance, certificate issuer, ...)."""
    tls_at_load_balancer: bool = False
    """AWS vouches for the region's names (ACM), and TLS ends at the load balancer."""
    tailoring: Tailoring = Tailoring()

    @property
    def short(self) -> str:
        """Ten hexadecimal digits that make derived names unique; the random end of the UUID."""
        return self.region_id.replace("-", "")[-10:]
