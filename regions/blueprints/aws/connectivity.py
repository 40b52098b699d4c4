"""Private ways into the region: PrivateLink, or the customer's transit gateway."""

from regions.blueprints.aws.build import letter, partition, ref, refs, resource
from regions.blueprints.aws.network import route
from regions.blueprints.aws.security_groups import PRIVATE_RANGES
from regions.blueprints.manifests import Manifest
from regions.spec import Connectivity, RegionSpec

ATTACHMENT = "transit-gateway-attachment"


def connectivity(spec: RegionSpec) -> list[Manifest]:
    match spec.network.connectivity:
        case Connectivity.PRIVATE_LINK:
            return _private_link(spec)
        case Connectivity.TRANSIT_GATEWAY:
            return _transit_gateway(spec)
        case _:
            return []


def _private_link(spec: RegionSpec) -> list[Manifest]:
    service = {
        "acceptanceRequired": True,
        "networkLoadBalancerArnsRefs": refs(["load-balancer"]),
        "supportedIpAddressTypes": ["ipv4"],
    }
    principal = {
        "vpcEndpointServiceIdRef": ref("endpoint-service"),
        "principalArn": f"arn:{partition(spec)}:iam::{spec.account_id}:root",
    }
    return [
        resource(spec, "VPCEndpointService", "endpoint-service", "Endpoint service", service, group="ec2"),
        resource(
            spec,
            "VPCEndpointServiceAllowedPrincipal",
            "endpoint-service-principal",
            "Who may connect to the endpoint service",
            principal,
            group="ec2",
        ),
    ]


def _transit_gateway(spec: RegionSpec) -> list[Manifest]:
    """Private addresses are reached through the gateway, the rest through NAT; the VPC's own stay local."""
    zones = [letter(zone) for zone in spec.zones]
    gateway = spec.network.transit_gateway_id
    attachment = {
        "transitGatewayId": gateway,
        "vpcIdRef": ref("vpc"),
        "subnetIdRefs": refs([f"private-{zone}" for zone in zones]),
        "dnsSupport": "enable",
    }
    return [
        resource(
            spec,
            "TransitGatewayVPCAttachment",
            ATTACHMENT,
            "Transit gateway attachment",
            attachment,
            group="ec2",
        ),
        *(
            route(
                spec,
                f"private-routes-{zone}",
                f"gateway-{number}",
                cidr,
                {"transitGatewayId": gateway},
                needs=[ATTACHMENT],
            )
            for zone in zones
            for number, cidr in enumerate(PRIVATE_RANGES, start=1)
        ),
    ]
