"""The region's network: a VPC over three zones, with public, private and database subnets."""

from collections.abc import Sequence

from regions.blueprints.aws.build import letter, ref, resource
from regions.blueprints.manifests import Manifest
from regions.spec import RegionSpec

ANYWHERE = "0.0.0.0/0"


def network(spec: RegionSpec) -> list[Manifest]:
    """Nothing where the customer brings the VPC: subnets, gateways and routes are theirs then."""
    if spec.network.existing:
        return []
    return [
        _vpc(spec),
        *_subnets(spec),
        *_gateways(spec),
        *_public_routes(spec),
        *_private_routes(spec),
        *_database_routes(spec),
    ]


def _vpc(spec: RegionSpec) -> Manifest:
    fields = {
        "cidrBlock": spec.network.vpc_cidr,
        "instanceTenancy": "default",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
    }
    return resource(spec, "VPC", "vpc", "VPC", fields, group="ec2")


def _subnets(spec: RegionSpec) -> list[Manifest]:
    tiers = (
        ("public", spec.network.public_cidrs),
        ("private", spec.network.private_cidrs),
        ("database", spec.network.database_cidrs),
    )
    return [
        _subnet(spec, tier, zone, cidr)
        for tier, cidrs in tiers
        for zone, cidr in zip(spec.zones, cidrs, strict=True)
    ]


def _subnet(spec: RegionSpec, tier: str, zone: str, cidr: str) -> Manifest:
    name = f"{tier}-{letter(zone)}"
    fields = {
        "vpcIdRef": ref("vpc"),
        "availabilityZone": zone,
        "cidrBlock": cidr,
        "mapPublicIpOnLaunch": False,
        "tags": _load_balancer_role(tier),
    }
    return resource(spec, "Subnet", name, f"{tier.capitalize()} subnet {letter(zone)}", fields, group="ec2")


def _load_balancer_role(tier: str) -> dict[str, str]:
    """Where Kubernetes may put load balancers (EKS, "Subnet requirements for load balancers")."""
    return {
        "public": {"kubernetes.io/role/elb": "1"},
        "private": {"kubernetes.io/role/internal-elb": "1"},
    }.get(tier, {})


def _gateways(spec: RegionSpec) -> list[Manifest]:
    made = [
        resource(
            spec,
            "InternetGateway",
            "internet-gateway",
            "Internet gateway",
            {"vpcIdRef": ref("vpc")},
            group="ec2",
        )
    ]
    for zone in map(letter, spec.zones):
        made += [_nat_address(spec, zone), _nat_gateway(spec, zone)]
    return made


def _nat_address(spec: RegionSpec, zone: str) -> Manifest:
    return resource(
        spec,
        "EIP",
        f"nat-address-{zone}",
        f"NAT address {zone}",
        {"domain": "vpc"},
        group="ec2",
        needs=["internet-gateway"],
    )


def _nat_gateway(spec: RegionSpec, zone: str) -> Manifest:
    fields = {
        "connectivityType": "public",
        "allocationIdRef": ref(f"nat-address-{zone}"),
        "subnetIdRef": ref(f"public-{zone}"),
    }
    return resource(
        spec,
        "NATGateway",
        f"nat-gateway-{zone}",
        f"NAT gateway {zone}",
        fields,
        group="ec2",
        needs=["internet-gateway"],
    )


def _public_routes(spec: RegionSpec) -> list[Manifest]:
    return [
        _table(spec, "public-routes", "Public route table"),
        route(spec, "public-routes", "internet", ANYWHERE, {"gatewayIdRef": ref("internet-gateway")}),
        *(_association(spec, "public-routes", f"public-{letter(zone)}") for zone in spec.zones),
    ]


def _private_routes(spec: RegionSpec) -> list[Manifest]:
    made = []
    for zone in map(letter, spec.zones):
        table = f"private-routes-{zone}"
        made += [
            _table(spec, table, f"Private route table {zone}"),
            route(spec, table, "internet", ANYWHERE, {"natGatewayIdRef": ref(f"nat-gateway-{zone}")}),
            _association(spec, table, f"private-{zone}"),
        ]
    return made


def _database_routes(spec: RegionSpec) -> list[Manifest]:
    """No way out: databases talk to the VPC alone."""
    return [
        _table(spec, "database-routes", "Database route table"),
        *(_association(spec, "database-routes", f"database-{letter(zone)}") for zone in spec.zones),
    ]


def _table(spec: RegionSpec, name: str, title: str) -> Manifest:
    return resource(spec, "RouteTable", name, title, {"vpcIdRef": ref("vpc")}, group="ec2")


def route(
    spec: RegionSpec,
    table: str,
    name: str,
    cidr: str,
    target: dict[str, object],
    needs: Sequence[str] = (),
) -> Manifest:
    fields = {"routeTableIdRef": ref(table), "destinationCidrBlock": cidr, **target}
    title = f"Route to {name} from {table.replace('-', ' ')}"
    return resource(spec, "Route", f"{table}-to-{name}", title, fields, group="ec2", needs=needs)


def _association(spec: RegionSpec, table: str, subnet: str) -> Manifest:
    fields = {"routeTableIdRef": ref(table), "subnetIdRef": ref(subnet)}
    title = f"Routes of subnet {subnet.replace('-', ' ')}"
    return resource(spec, "RouteTableAssociation", f"{subnet}-routing", title, fields, group="ec2")
