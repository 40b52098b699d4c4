"""Managed node groups: the region's first, and the further ones that a plan asks for."""

from regions.blueprints.aws.build import letter, prefix, ref, resource
from regions.blueprints.aws.identity import attachments
from regions.blueprints.aws.where import in_subnets
from regions.blueprints.manifests import Manifest
from regions.spec import NodeGroupSpec, RegionSpec

CLUSTER = "cluster"
NODES = "node-group"
POOL = "byoc.akka.io/pool"
FIRST_POOL = "apps"


def nodes(spec: RegionSpec) -> list[Manifest]:
    wanted = spec.cluster
    first = NodeGroupSpec(FIRST_POOL, wanted.instance_types, wanted.nodes_min, wanted.nodes_max)
    return [
        _group(spec, first, NODES, "Node group", f"{prefix(spec)}-nodes"),
        *(
            _group(spec, one, f"{NODES}-{one.name}", f"Node group {one.name}", f"{prefix(spec)}-{one.name}")
            for one in wanted.node_groups
        ),
    ]


def _group(spec: RegionSpec, group: NodeGroupSpec, name: str, title: str, external_name: str) -> Manifest:
    fields = {
        "clusterNameRef": ref(CLUSTER),
        "nodeRoleArnRef": ref("node-role"),
        **in_subnets(spec, "private"),
        "version": spec.cluster.kubernetes_version,
        "amiType": "AL2023_x86_64_STANDARD",
        "capacityType": "SPOT" if group.spot else "ON_DEMAND",
        "diskSize": 100,
        "instanceTypes": list(group.instance_types),
        "labels": {POOL: group.name},
        "scalingConfig": {
            "minSize": group.nodes_min,
            "maxSize": group.nodes_max,
            "desiredSize": group.nodes_min,
        },
        "updateConfig": {"maxUnavailable": 1},
    }
    return resource(
        spec,
        "NodeGroup",
        name,
        title,
        fields,
        group="eks",
        external_name=external_name,
        needs=[*attachments("node"), *_ways_out(spec)],
    )


def _ways_out(spec: RegionSpec) -> list[str]:
    """Nodes join by way of the internet; a VPC of the customer's has its ways already."""
    if spec.network.existing:
        return []
    zones = [letter(zone) for zone in spec.zones]
    routes = [f"private-routes-{zone}-to-internet" for zone in zones]
    return [*routes, *(f"private-{zone}-routing" for zone in zones)]
