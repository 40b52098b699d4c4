"""An AWS region, topic by topic."""

from regions.blueprints.aws.network import network
from regions.blueprints.manifests import Manifest, by_name
from regions.spec import RegionSpec

_TOPICS = (network,)


def blueprint(spec: RegionSpec) -> tuple[Manifest, ...]:
    manifests = tuple(manifest for topic in _TOPICS for manifest in topic(spec))
    by_name(manifests)
    return manifests
