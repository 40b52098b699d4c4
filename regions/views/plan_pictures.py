"""A plan's network as the kit's pictures."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from console.web.charts.network import Box, Network, Zone, address_space, network, subnets
from regions.questionnaire.network import NetworkLayout
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.reading import NamedRange
from regions.spec import Connectivity

CONNECTIVITY = {
    Connectivity.INTERNET: "the internet",
    Connectivity.PRIVATE_LINK: "PrivateLink",
    Connectivity.TRANSIT_GATEWAY: "Transit Gateway",
}


@dataclass(frozen=True, slots=True)
class Pictures:
    """The cut of the VPC, and the VPC's addresses with what others hold of them."""

    subnets: SafeString
    space: SafeString
    clashes: bool


def zones(layout: NetworkLayout) -> list[Zone]:
    return [Zone(zone.zone, zone.public, zone.private, zone.database) for zone in layout.zones]


def beside_the_form(layout: NetworkLayout, taken: tuple[NamedRange, ...]) -> Pictures:
    parts = [
        part
        for zone in layout.zones
        for part in (("public", zone.public), ("database", zone.database), ("private", zone.private))
    ]
    others = [(item.name, item.cidr) for item in (*layout.kept_clear, *taken)]
    drawn = address_space(layout.vpc, parts, others)
    return Pictures(subnets(layout.vpc, zones(layout)), drawn, "is taken by" in drawn)


def whole(plan: RegionPlan) -> SafeString:
    """The region with what lies across its zones and what stands around it."""
    spec = plan.spec
    return network(
        Network(
            cidr=plan.network.vpc,
            place=f"AWS {spec.cloud_region} · account {spec.account_id}",
            zones=zones(plan.network),
            balancer=Box("Network Load Balancer", "TLS 443 · cross-zone", "NLB · NAT"),
            cluster=Box(f"EKS cluster {spec.cluster.kubernetes_version}", _nodes(plan), "EKS cluster"),
            database=Box(f"RDS PostgreSQL {spec.database.engine_version}", _database(plan), "RDS"),
            ways_in=(
                Box("Internet", "your customers"),
                Box("Corporate network", f"through {CONNECTIVITY[spec.network.connectivity]}"),
            ),
            staff=Box("Akka staff", "elevation only"),
            services=_services(plan),
            console=Box("BYOC Console", "publishes desired state"),
        )
    )


def _nodes(plan: RegionPlan) -> str:
    cluster = plan.spec.cluster
    sizes = ", ".join(cluster.instance_types)
    return f"{sizes}, {cluster.nodes_min} nodes, at most {cluster.nodes_max} · runtime, your apps"


def _database(plan: RegionPlan) -> str:
    database = plan.spec.database
    standby = " · standby in a second zone" if database.multi_az else ""
    return f"{database.instance_class}{standby} · {database.storage_gib:,} GiB, KMS"


def _services(plan: RegionPlan) -> tuple[Box, ...]:
    owner = "yours" if plan.spec.encryption.customer_key_arn else "ours, rotates yearly"
    return (
        Box("S3 state bucket", "versioned, private"),
        Box("ECR repository", "images of apps"),
        Box("Secrets Manager", "database password"),
        Box("KMS key", owner),
        Box("CloudWatch", f"logs, {plan.spec.log_retention_days} days"),
        Box("Route 53 zone", plan.spec.dns_zone),
    )
