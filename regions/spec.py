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


class RoleName(StrEnum):
    """The IAM roles of a region, by the source document's names."""

    DEPLOYMENT = "deployment"
    READ_ONLY = "read-only"
    ELEVATED = "elevated"
    LIMITED_ADMIN = "limited-admin"


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """CIDR blocks in the order of the region's zones."""

    vpc_cidr: str
    public_cidrs: tuple[str, ...]
    private_cidrs: tuple[str, ...]
    database_cidrs: tuple[str, ...]
    connectivity: Connectivity = Connectivity.INTERNET
    transit_gateway_id: str = ""


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    kubernetes_version: str
    instance_types: tuple[str, ...]
    nodes_min: int
    nodes_max: int
    endpoint_cidrs: tuple[str, ...]
    """CIDR blocks that may reach the Kubernetes API (EKS `publicAccessCidrs`)."""


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

    @property
    def short(self) -> str:
        """Ten hexadecimal digits that make derived names unique; the random end of the UUID."""
        return self.region_id.replace("-", "")[-10:]
