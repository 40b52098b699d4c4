"""From a region's spec to the manifests of everything it consists of; pure, for every cloud."""

from regions.blueprints import aws
from regions.blueprints.manifests import Manifest, by_name, teardown_needs, to_yaml
from regions.spec import Cloud, RegionSpec

__all__ = ["Manifest", "blueprint", "by_name", "teardown_needs", "to_yaml"]


def blueprint(spec: RegionSpec) -> tuple[Manifest, ...]:
    """Raises ValueError for a cloud whose blueprint is not available yet."""
    if spec.cloud is not Cloud.AWS:
        raise ValueError(f"There is no blueprint for {spec.cloud.value.upper()} yet; choose AWS.")
    return aws.blueprint(spec)
