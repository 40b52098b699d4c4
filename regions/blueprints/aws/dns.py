"""The region's DNS zone, and the names that lead to its load balancer."""

from collections.abc import Mapping
from typing import Any

from regions.blueprints.aws.build import prefix, ref, resource
from regions.blueprints.manifests import ALIAS_OF, Manifest
from regions.spec import RegionSpec

ZONE = "dns-zone"
HOST = "akka"
TTL_SECONDS = 300


def dns(spec: RegionSpec) -> list[Manifest]:
    fields = {"name": spec.dns_zone, "comment": f"Region {spec.name}", "forceDestroy": True}
    return [
        resource(spec, "Zone", ZONE, "DNS zone", fields, group="route53"),
        _address(spec),
        _everything_below(spec),
    ]


def host(spec: RegionSpec) -> str:
    """Where the region is reached; apps have names below it."""
    return f"{HOST}.{spec.dns_zone}"


def record(
    spec: RegionSpec, name: str, title: str, fields: Mapping[str, Any], stands_for: Mapping[str, str] | None = None
) -> Manifest:
    """`stands_for`: an annotation, and the manifest whose resource gives the record its value."""
    known = stands_for or {}
    placed = {"zoneIdRef": ref(ZONE), **fields}
    needs = list(known.values())
    return resource(spec, "Record", name, title, placed, group="route53", needs=needs, annotations=known)


def _address(spec: RegionSpec) -> Manifest:
    """The address is the load balancer's to invent: what is written here gives way to it (annotation)."""
    alias = {
        "name": f"{prefix(spec)}-apps.elb.{spec.cloud_region}.amazonaws.com",
        "zoneId": "load-balancer",
        "evaluateTargetHealth": False,
    }
    fields = {"name": host(spec), "type": "A", "alias": alias}
    return record(spec, "record-region", "Record of the region", fields, {ALIAS_OF: "load-balancer"})


def _everything_below(spec: RegionSpec) -> Manifest:
    fields = {"name": f"*.{host(spec)}", "type": "CNAME", "ttl": TTL_SECONDS, "records": [host(spec)]}
    return record(spec, "record-apps", "Record of the apps", fields)
