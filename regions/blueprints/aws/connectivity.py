"""Private ways into the region: PrivateLink, or the customer's transit gateway."""

import hashlib

from regions.blueprints.aws.build import letter, partition, ref, refs, resource, slug
from regions.blueprints.aws.network import route
from regions.blueprints.aws.security_groups import private_ranges
from regions.blueprints.aws.where import in_subnets
from regions.blueprints.manifests import Manifest
from regions.spec import Connectivity, RegionSpec

ATTACHMENT = "transit-gateway-attachment"
SERVICE = "endpoint-service"


def connectivity(spec: RegionSpec) -> list[Manifest]:
    """A VPC of the customer's hangs on their gateway already."""
    match spec.network.connectivity:
        case Connectivity.PRIVATE_LINK:
            return _private_link(spec)
        case Connectivity.TRANSIT_GATEWAY if not spec.network.existing:
            return _transit_gateway(spec)
        case _:
            return []


def _private_link(spec: RegionSpec) -> list[Manifest]:
    service = {
        "acceptanceRequired": True,
        "networkLoadBalancerArnsRefs": refs(["load-balancer"]),
        "supportedIpAddressTypes": ["ipv4"],
    }
    return [
        resource(spec, "VPCEndpointService", SERVICE, "Endpoint service", service, group="ec2"),
        *(_principal(spec, arn) for arn in spec.network.principals or (_account(spec),)),
    ]


def _account(spec: RegionSpec) -> str:
    return f"arn:{partition(spec)}:iam::{spec.account_id}:root"


def _principal(spec: RegionSpec, arn: str) -> Manifest:
    """One entry of the service's allow-list, named by what it lets in."""
    digits = hashlib.sha256(arn.encode()).hexdigest()[:8]
    name = "endpoint-service-principal" if arn == _account(spec) else f"endpoint-service-principal-{digits}"
    fields = {"vpcEndpointServiceIdRef": ref(SERVICE), "principalArn": arn}
    title = f"May connect by PrivateLink: {arn.split(':', 4)[-1]}"
    return resource(spec, "VPCEndpointServiceAllowedPrincipal", name, title, fields, group="ec2")


def _transit_gateway(spec: RegionSpec) -> list[Manifest]:
    """The customer's ranges are reached through the gateway, the rest through NAT; the VPC's own stay local."""
    gateway = spec.network.transit_gateway_id
    attachment = {
        "transitGatewayId": gateway,
        "vpcIdRef": ref("vpc"),
        **in_subnets(spec, "private"),
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
                f"private-routes-{letter(zone)}",
                f"gateway-{slug(cidr)}",
                cidr,
                {"transitGatewayId": gateway},
                needs=[ATTACHMENT],
            )
            for zone in spec.zones
            for cidr in private_ranges(spec)
        ),
        *_way_back(spec),
    ]


def _way_back(spec: RegionSpec) -> list[Manifest]:
    """In the gateway's own table, for gateways that learn no routes by themselves."""
    if not spec.network.gateway_route_table_id:
        return []
    fields = {
        "destinationCidrBlock": spec.network.vpc_cidr,
        "transitGatewayAttachmentIdRef": ref(ATTACHMENT),
        "transitGatewayRouteTableId": spec.network.gateway_route_table_id,
    }
    title = "Route to the region in the transit gateway"
    return [resource(spec, "TransitGatewayRoute", "gateway-route-to-region", title, fields, group="ec2")]
