"""Security groups: who may talk to the cluster's API, the database and the load balancer."""

from typing import Any

from regions.blueprints.aws.build import letter, prefix, ref, resource, slug
from regions.blueprints.aws.network import ANYWHERE
from regions.blueprints.aws.where import in_vpc
from regions.blueprints.manifests import Manifest
from regions.spec import Connectivity, RegionSpec

PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")  # RFC 1918
POSTGRES = 5432
HTTPS = 443


def private_ranges(spec: RegionSpec) -> tuple[str, ...]:
    """What the customer's network is made of, as far as the region is told."""
    return spec.network.gateway_cidrs or PRIVATE_RANGES


def security_groups(spec: RegionSpec) -> list[Manifest]:
    return [*_cluster(spec), *_database(spec), *_load_balancer(spec)]


def _group(spec: RegionSpec, name: str, description: str) -> Manifest:
    fields = {
        "name": f"{prefix(spec)}-{name.removesuffix('-security')}",
        "description": description,
        **in_vpc(spec),
    }
    title = f"Security group of the {name.removesuffix('-security').replace('-', ' ')}"
    return resource(spec, "SecurityGroup", name, title, fields, group="ec2")


def _rule(
    spec: RegionSpec, direction: str, group: str, name: str, description: str, fields: dict[str, Any]
) -> Manifest:
    """`direction` is Ingress or Egress."""
    fields = {"securityGroupIdRef": ref(group), "description": description, **fields}
    return resource(spec, f"SecurityGroup{direction}Rule", name, description, fields, group="ec2")


def _tcp(port: int, cidr: str) -> dict[str, Any]:
    return {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": cidr}


def _out(spec: RegionSpec, group: str, description: str, cidr: str) -> Manifest:
    fields = {"ipProtocol": "-1", "cidrIpv4": cidr}
    return _rule(spec, "Egress", group, f"{group}-out", description, fields)


def _cluster(spec: RegionSpec) -> list[Manifest]:
    """Beside the group that EKS makes for nodes and control plane."""
    return [
        _group(spec, "cluster-security", "Kubernetes API of the region"),
        *(
            _rule(
                spec,
                "Ingress",
                "cluster-security",
                f"cluster-from-private-{letter(zone)}",
                f"Kubernetes API from private subnet {letter(zone)}",
                _tcp(HTTPS, cidr),
            )
            for zone, cidr in zip(spec.zones, spec.network.private_cidrs, strict=True)
        ),
        _out(spec, "cluster-security", "Control plane to its nodes and to AWS", ANYWHERE),
    ]


def _database(spec: RegionSpec) -> list[Manifest]:
    return [
        _group(spec, "database-security", "PostgreSQL of the region"),
        *(
            _rule(
                spec,
                "Ingress",
                "database-security",
                f"database-from-private-{letter(zone)}",
                f"PostgreSQL from private subnet {letter(zone)}",
                _tcp(POSTGRES, cidr),
            )
            for zone, cidr in zip(spec.zones, spec.network.private_cidrs, strict=True)
        ),
        _rule(
            spec,
            "Ingress",
            "database-security",
            "database-from-cluster",
            "PostgreSQL from the cluster",
            {
                "ipProtocol": "tcp",
                "fromPort": POSTGRES,
                "toPort": POSTGRES,
                "referencedSecurityGroupIdRef": ref("cluster-security"),
            },
        ),
    ]


def _load_balancer(spec: RegionSpec) -> list[Manifest]:
    public = spec.network.connectivity is Connectivity.INTERNET
    sources = {"internet": ANYWHERE} if public else {slug(cidr): cidr for cidr in private_ranges(spec)}
    return [
        _group(spec, "load-balancer-security", "Load balancer of the region"),
        *(
            _rule(
                spec,
                "Ingress",
                "load-balancer-security",
                f"load-balancer-from-{name}",
                f"HTTPS from {'anywhere' if public else cidr}",
                _tcp(HTTPS, cidr),
            )
            for name, cidr in sources.items()
        ),
        _out(spec, "load-balancer-security", "Load balancer to its targets", spec.network.vpc_cidr),
    ]
