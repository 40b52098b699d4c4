"""What a connection is verified for: the newest plan of its account, as far as there is one."""

from collections import Counter

from console.kernel.scope import Scope
from regions.blueprints import blueprint
from regions.models import Connection, PlanVersion, Region
from regions.questionnaire.plan import RegionPlan
from regions.spec import RegionSpec
from regions.steps.verification_target import Target

ANYWHERE = "us-east-1"
"""Trust and permissions are the account's, not the region's: any region answers for them."""
COUNTED = ("VPC", "EIP", "NATGateway", "InternetGateway", "LB", "Cluster", "NodeGroup")


def target_of(*, scope: Scope, connection: Connection) -> Target:
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
        vpc_cidr=spec.network.vpc_cidr,
        instance_types=spec.cluster.instance_types,
        instance_class=spec.database.instance_class,
        engine_version=spec.database.engine_version,
        nodes_max=spec.cluster.nodes_max,
        needed={} if made else {kind: kinds[kind] for kind in COUNTED},
    )
