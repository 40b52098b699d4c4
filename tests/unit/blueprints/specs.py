"""Region specs to build blueprints from."""

from dataclasses import replace
from typing import Any

from regions.spec import (
    Cloud,
    ClusterSpec,
    Connectivity,
    DatabaseSpec,
    EncryptionSpec,
    Environment,
    ExistingNetwork,
    FlowLogs,
    NetworkSpec,
    NodeGroupSpec,
    RegionSpec,
)

ACCOUNT = "123456789012"
CUSTOMER_KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def production(**changes: Any) -> RegionSpec:
    spec = RegionSpec(
        region_id="01938c2e-7c1a-7bde-8f00-00a1b2c3d4e5",
        name="frankfurt",
        organization="acme",
        connection_id="01938c2e-0000-7bde-8f00-00a1b2c3d4e5",
        cloud=Cloud.AWS,
        account_id=ACCOUNT,
        cloud_region="eu-central-1",
        environment=Environment.PRODUCTION,
        zones=("eu-central-1a", "eu-central-1b", "eu-central-1c"),
        network=network(),
        cluster=ClusterSpec(
            kubernetes_version="1.33",
            instance_types=("m5.2xlarge", "m5.4xlarge"),
            nodes_min=3,
            nodes_max=9,
            endpoint_cidrs=("198.51.100.7/32",),
        ),
        database=DatabaseSpec(
            instance_class="db.r6g.2xlarge",
            engine_version="16.9",
            storage_gib=200,
            storage_limit_gib=1000,
            multi_az=True,
            backup_retention_days=8,
            backup_window="02:00-03:00",
            maintenance_window="sun:03:30-sun:04:30",
        ),
        encryption=EncryptionSpec(),
        dns_zone="frankfurt.acme.example",
        log_retention_days=30,
        deployment_role_arn=f"arn:aws:iam::{ACCOUNT}:role/byoc/byoc-deployment",
        operations_principal_arn="arn:aws:iam::111111111111:user/byoc-control-plane",
        permissions_boundary_arn=f"arn:aws:iam::{ACCOUNT}:policy/byoc/byoc-boundary",
        tags=(("byoc:environment", "production"),),
    )
    return replace(spec, **changes)


LENT = ExistingNetwork(
    vpc_id="vpc-0123456789abcdef0",
    public_subnet_ids=("subnet-0a1", "subnet-0b1", "subnet-0c1"),
    private_subnet_ids=("subnet-0a2", "subnet-0b2", "subnet-0c2"),
    database_subnet_ids=("subnet-0a3", "subnet-0b3", "subnet-0c3"),
)


def roomy() -> ClusterSpec:
    """Two further kinds of nodes, an API that closes, and a runtime with a role of its own."""
    groups = (
        NodeGroupSpec("memory", ("r6i.2xlarge", "r6i.4xlarge"), 0, 6),
        NodeGroupSpec("batch", ("m5.2xlarge",), 0, 20, spot=True),
    )
    return replace(production().cluster, node_groups=groups, endpoint_closes=True, pod_identity=True)


def everything() -> RegionSpec:
    """What a region can have beside what it must have."""
    wide = replace(
        network(Connectivity.PRIVATE_LINK),
        principals=("arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:role/apps"),
        flow_logs=FlowLogs.REJECTED,
    )
    return production(cluster=roomy(), network=wide, tls_at_load_balancer=True)


def network(connectivity: Connectivity = Connectivity.INTERNET, gateway: str = "") -> NetworkSpec:
    return NetworkSpec(
        vpc_cidr="10.0.0.0/16",
        public_cidrs=("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"),
        private_cidrs=("10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20"),
        database_cidrs=("10.0.3.0/27", "10.0.3.32/27", "10.0.3.64/27"),
        connectivity=connectivity,
        transit_gateway_id=gateway,
    )


VARIANTS: dict[str, RegionSpec] = {
    "production": production(),
    "development": production(environment=Environment.DEVELOPMENT),
    "customer-key": production(encryption=EncryptionSpec(CUSTOMER_KEY)),
    "privatelink": production(network=network(Connectivity.PRIVATE_LINK)),
    "transit-gateway": production(network=network(Connectivity.TRANSIT_GATEWAY, "tgw-0123456789abcdef0")),
    "gateway-routes": production(
        network=replace(
            network(Connectivity.TRANSIT_GATEWAY, "tgw-0123456789abcdef0"),
            gateway_cidrs=("10.42.0.0/16", "192.168.7.0/24"),
            gateway_route_table_id="tgw-rtb-0123456789abcdef0",
        )
    ),
    "existing-network": production(network=replace(network(), existing=LENT)),
    "existing-private": production(network=replace(network(Connectivity.TRANSIT_GATEWAY), existing=LENT)),
    "everything": everything(),
    "without-vault": production(database=replace(production().database, vault_days=0)),
}
