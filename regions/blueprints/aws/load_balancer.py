"""The network load balancer that all traffic to the region's apps passes."""

from typing import Any

from regions.blueprints.aws.build import partition, prefix, ref, refs, resource
from regions.blueprints.aws.certificates import CERTIFICATE, PROOF
from regions.blueprints.aws.where import in_subnets, in_vpc
from regions.blueprints.manifests import CERTIFICATE_FROM, Manifest
from regions.spec import Connectivity, RegionSpec

HTTPS = 443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"  # TLS 1.2 and 1.3, AWS's recommendation
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
        "protocol": "TLS" if spec.tls_at_load_balancer else "TCP",
        "targetType": "ip",
        **in_vpc(spec),
        "healthCheck": {"protocol": "TCP", "port": "traffic-port", "interval": 10},
    }
    return resource(spec, "LBTargetGroup", "targets", "Targets of the load balancer", fields, group="elbv2")


def _listener(spec: RegionSpec) -> Manifest:
    """TLS ends at the region's ingress, whose private keys never leave it; or here, and goes on as TLS again."""
    fields = {
        "loadBalancerArnRef": ref("load-balancer"),
        "port": HTTPS,
        **(_with_certificate(spec) if spec.tls_at_load_balancer else {"protocol": "TCP"}),
        "defaultAction": [{"type": "forward", "targetGroupArnRef": ref("targets")}],
    }
    title, known = "Listener of the load balancer", {CERTIFICATE_FROM: CERTIFICATE}
    if not spec.tls_at_load_balancer:
        return resource(spec, "LBListener", "listener", title, fields, group="elbv2")
    needs = [CERTIFICATE, PROOF]
    return resource(spec, "LBListener", "listener", title, fields, group="elbv2", needs=needs, annotations=known)


def _with_certificate(spec: RegionSpec) -> dict[str, Any]:
    """ACM invents the ARN: what is written here gives way to it (annotation)."""
    written = f"arn:{partition(spec)}:acm:{spec.cloud_region}:{spec.account_id}:certificate/{CERTIFICATE}"
    return {"protocol": "TLS", "sslPolicy": TLS_POLICY, "certificateArn": written}
