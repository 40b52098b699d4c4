"""Where things are put: the VPC and the subnets, which are ours or the customer's."""

from typing import Any

from regions.blueprints.aws.build import letter, ref, refs
from regions.spec import RegionSpec

TIERS = ("public", "private", "database")


def in_vpc(spec: RegionSpec) -> dict[str, Any]:
    if spec.network.existing:
        return {"vpcId": spec.network.existing.vpc_id}
    return {"vpcIdRef": ref("vpc")}


def in_subnets(spec: RegionSpec, tier: str, field: str = "subnetId") -> dict[str, Any]:
    """All subnets of a tier, in the order of the zones; `field` without its plural."""
    if spec.network.existing is None:
        return {f"{field}Refs": refs([f"{tier}-{letter(zone)}" for zone in spec.zones])}
    ids = {
        "public": spec.network.existing.public_subnet_ids,
        "private": spec.network.existing.private_subnet_ids,
        "database": spec.network.existing.database_subnet_ids,
    }
    return {f"{field}s": list(ids[tier])}
