"""The network load balancer that all traffic to the region's apps passes."""

from regions.blueprints.aws.build import prefix, ref, refs, resource
from regions.blueprints.aws.where import in_subnets, in_vpc
from regions.blueprints.manifests import Manifest
from regions.spec import Connectivity, RegionSpec

HTTPS = 443
TARGET_PORT = 8443


def load_balancer(spec: RegionSpec) -> list[Manifest]:
    return [_balancer(spec), _targets(spec), _listener(spec)]


def _balancer(spec: RegionSpec) -> Manifest:
    public = spec.network.connectivity is Connectivity.INTERNET
    tier = "public" if public else "private"
    fields = {
        "name": f"{prefix(spec)}-apps",
        "loadBalancerType": "network",
        "internal": not public,
        "enableCrossZoneLoadBalancing": True,
        **in_subnets(spec, tier, "subnet"),
        "securityGroupRefs": refs(["load-balancer-security"]),
    }
    needs = ["internet-gateway"] if public and not spec.network.existing else []
    return resource(spec, "LB", "load-balancer", "Load balancer", fields, group="elbv2", needs=needs)


def _targets(spec: RegionSpec) -> Manifest:
    fields = {
        "name": f"{prefix(spec)}-apps",
        "port": TARGET_PORT,
        "protocol": "TCP",
        "targetType": "ip",
        **in_vpc(spec),
        "healthCheck": {"protocol": "TCP", "port": "traffic-port", "interval": 10},
    }
    return resource(spec, "LBTargetGroup", "targets", "Targets of the load balancer", fields, group="elbv2")


def _listener(spec: RegionSpec) -> Manifest:
    """TLS ends at the region's ingress, whose private keys never leave it."""
    fields = {
        "loadBalancerArnRef": ref("load-balancer"),
        "port": HTTPS,
        "protocol": "TCP",
        "defaultAction": [{"type": "forward", "targetGroupArnRef": ref("targets")}],
    }
    return resource(spec, "LBListener", "listener", "Listener of the load balancer", fields, group="elbv2")
