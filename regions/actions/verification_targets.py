"""What a connection is verified for: the newest plan of its account, as far as there is one."""

from collections import Counter
from dataclasses import replace

from console.kernel.scope import Scope
from regions.actions import bundles
from regions.blueprints import blueprint
from regions.models import Connection, PlanVersion, Region
from regions.questionnaire.plan import RegionPlan
from regions.spec import RegionSpec
from regions.steps.verification_target import OwnNetwork, Target

ANYWHERE = "us-east-1"
"""Trust and permissions are the account's, not the region's: any region answers for them."""
COUNTED = ("VPC", "EIP", "NATGateway", "InternetGateway", "LB", "Cluster", "NodeGroup")


def target_of(*, scope: Scope, connection: Connection) -> Target:
    return replace(_place_of(scope, connection), tailoring=bundles.tailoring(scope=scope, connection=connection))


def _place_of(scope: Scope, connection: Connection) -> Target:
    version = (
        PlanVersion.objects.visible_to(scope)
        .filter(document__spec__connection_id=str(connection.id))
        .select_related("onboarding")
        .order_by("-id")
        .first()
    )
    if version is None:
        return Target(cloud_region=ANYWHERE)
    spec = RegionPlan.from_document(version.document).spec
    there = Region.objects.visible_to(scope).present().filter(id=spec.region_id).exists()
    return from_spec(spec, plan=f"plan {version.number} of {spec.name}", made=there)


def from_spec(spec: RegionSpec, *, plan: str, made: bool) -> Target:
    """`made`: the region exists already and needs nothing further."""
    kinds = Counter(manifest.kind for manifest in blueprint(spec))
    return Target(
        cloud_region=spec.cloud_region,
        plan=plan,
        region_id=spec.region_id,
        zones=spec.zones,
        vpc_cidr="" if spec.network.existing else spec.network.vpc_cidr,
        instance_types=_types(spec),
        instance_class=spec.database.instance_class,
        engine_version=spec.database.engine_version,
        nodes_max=spec.cluster.nodes_max,
        further_nodes={} if made else {one.instance_types[0]: one.nodes_max for one in spec.cluster.node_groups},
        own_network=own_network(spec),
        dns_zone=spec.dns_zone,
        needed={} if made else {kind: kinds[kind] for kind in COUNTED},
    )


def _types(spec: RegionSpec) -> tuple[str, ...]:
    further = (name for group in spec.cluster.node_groups for name in group.instance_types)
    return tuple(dict.fromkeys((*spec.cluster.instance_types, *further)))


def own_network(spec: RegionSpec) -> OwnNetwork | None:
    shape, own = spec.network, spec.network.existing
    if own is None:
        return None
    return OwnNetwork(
        vpc_id=own.vpc_id,
        lent_to=spec.connection_id,
        private=tuple(zip(own.private_subnet_ids, shape.private_cidrs, strict=True)),
        database=tuple(zip(own.database_subnet_ids, shape.database_cidrs, strict=True)),
        public=tuple(zip(own.public_subnet_ids, shape.public_cidrs, strict=False)),
    )
