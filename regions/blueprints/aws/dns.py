"""The region's DNS zone."""

from regions.blueprints.aws.build import resource
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec


def dns(spec: RegionSpec) -> list[Manifest]:
    fields = {"name": spec.dns_zone, "comment": f"Region {spec.name}", "forceDestroy": True}
    return [resource(spec, "Zone", "dns-zone", "DNS zone", fields, group="route53")]
