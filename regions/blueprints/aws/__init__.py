"""An AWS region, topic by topic."""

from regions.blueprints.aws.addons import addons
from regions.blueprints.aws.backup import backup
from regions.blueprints.aws.certificates import certificates
from regions.blueprints.aws.cluster import cluster
from regions.blueprints.aws.connectivity import connectivity
from regions.blueprints.aws.database import database
from regions.blueprints.aws.dns import dns
from regions.blueprints.aws.encryption import encryption
from regions.blueprints.aws.flow_logs import flow_logs
from regions.blueprints.aws.identity import identity
from regions.blueprints.aws.load_balancer import load_balancer
from regions.blueprints.aws.logs import logs
from regions.blueprints.aws.network import network
from regions.blueprints.aws.registry import registry
from regions.blueprints.aws.secrets import secrets
from regions.blueprints.aws.security_groups import security_groups
from regions.blueprints.aws.storage import storage
from regions.blueprints.aws.workloads import workloads
from regions.blueprints.manifests import Manifest, by_name
from regions.spec import RegionSpec

_TOPICS = (
    network,
    security_groups,
    encryption,
    identity,
    logs,
    flow_logs,
    cluster,
    workloads,
    addons,
    database,
    load_balancer,
    connectivity,
    storage,
    registry,
    secrets,
    backup,
    dns,
    certificates,
)


def blueprint(spec: RegionSpec) -> tuple[Manifest, ...]:
    manifests = tuple(manifest for topic in _TOPICS for manifest in topic(spec))
    by_name(manifests)
    return manifests
