"""Place: the planned region fits the zones, the offers, the address ranges and what is already there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from ipaddress import ip_network

from regions.clouds.inspection import Inspector, Named, Network
from regions.models import CheckGroup
from regions.permissions.identity import CONNECTION_TAG
from regions.states import Verdict
from regions.steps.verification_checks import Check, looked
from regions.steps.verification_own_network import own_network_checks
from regions.steps.verification_target import ZONES_NEEDED, Target

REGION_TAG = "byoc:region"
OURS = "byoc-"
SHOWN = 4
KEPT_ON_PURPOSE = (":kms:", ":snapshot:", ":cluster-snapshot:")
"""Keys wait out their deletion and chosen snapshots stay: no leftovers."""
Look = Callable[[Check, Inspector, Target], Check]


def place_checks(inspector: Inspector, target: Target, known_regions: frozenset[str]) -> Iterator[Check]:
    """`known_regions` are ids of regions that may have resources in the account."""
    yield _looked("zones", f"{ZONES_NEEDED} zones in {target.cloud_region}", _zones, inspector, target)
    for instance_type in target.instance_types:
        title = f"{instance_type} is offered in the zones of the plan"
        yield _looked(f"instances-{instance_type}", title, partial(_offered, instance_type), inspector, target)
    if target.instance_class:
        title = f"{target.instance_class} with PostgreSQL {target.engine_version} can be ordered"
        yield _looked("database", title, _orderable, inspector, target)
    yield from own_network_checks(inspector, target)
    if target.vpc_cidr:
        yield _looked("network", f"{target.vpc_cidr} overlaps no VPC", _separate, inspector, target)
    looks: tuple[tuple[str, str, Look], ...] = (
        ("leftovers", "Nothing is left of an earlier try", partial(_clean, known_regions)),
        ("dedicated", "The account holds nothing but ours", _dedicated),
        ("keys", "No key could be taken for one of ours", _keys_named),
    )
    for name, title, look in looks:
        yield _looked(name, title, look, inspector, target)


def _looked(name: str, title: str, look: Look, inspector: Inspector, target: Target) -> Check:
    check = Check(CheckGroup.PLACE, f"place:{name}", title, Verdict.PASS, "read")
    return looked(check, partial(look, check, inspector, target))


def _zones(check: Check, inspector: Inspector, target: Target) -> Check:
    there = inspector.zones()
    missing = [zone for zone in target.zones if zone not in there]
    check = replace(check, method="read, ec2:DescribeAvailabilityZones", facts={"zones": list(there)})
    if missing or len(there) < ZONES_NEEDED:
        message = f"The account sees {', '.join(there) or 'no zone'}"
        message += f"; the plan uses {', '.join(missing)}." if missing else "; a region needs three."
        fix = "Choose zones of the account in the questionnaire."
        return replace(check, verdict=Verdict.REFUSED, message=message, fix=fix)
    return check


def _offered(instance_type: str, check: Check, inspector: Inspector, target: Target) -> Check:
    offering = inspector.zones_offering(instance_type)
    missing = [zone for zone in target.zones if zone not in offering]
    check = replace(check, method="read, ec2:DescribeInstanceTypeOfferings")
    if not missing:
        return check
    return replace(
        check,
        verdict=Verdict.REFUSED,
        title=f"{instance_type} is not offered everywhere",
        message=f"{instance_type} is not offered in {', '.join(missing)}.",
        fix="Choose another instance type in the questionnaire.",
    )


def _orderable(check: Check, inspector: Inspector, target: Target) -> Check:
    zones = inspector.zones_ordering(target.instance_class, target.engine_version)
    missing = [zone for zone in target.zones if zone not in zones]
    check = replace(check, method="read, rds:DescribeOrderableDBInstanceOptions")
    if not missing:
        return check
    where = ", ".join(missing) if zones else target.cloud_region
    return replace(
        check,
        verdict=Verdict.REFUSED,
        title=f"{target.instance_class} cannot be ordered everywhere",
        message=f"{target.instance_class} with PostgreSQL {target.engine_version} cannot be ordered in {where}.",
        fix="Choose another load tier in the questionnaire, or ask AWS for the class in this region.",
    )


def _separate(check: Check, inspector: Inspector, target: Target) -> Check:
    networks = inspector.networks()
    wanted = ip_network(target.vpc_cidr)
    found = [
        (network, cidr)
        for network in networks
        for cidr in network.cidrs
        if network.tags.get(REGION_TAG) != target.region_id and ip_network(cidr).overlaps(wanted)
    ]
    check = replace(check, method=f"read, {len(networks)} VPCs")
    if not found:
        return check
    named = ", ".join(f"{cidr} of {network.id}" for network, cidr in found[:SHOWN])
    return replace(
        check,
        verdict=Verdict.WARNING,
        title=f"{target.vpc_cidr} overlaps a VPC of the account",
        message=f"{target.vpc_cidr} overlaps {named}. Both work, but they can never be connected.",
        fix="Choose another range in the questionnaire, or keep this one if they stay apart.",
    )


def _clean(known_regions: frozenset[str], check: Check, inspector: Inspector, target: Target) -> Check:
    left = [
        one
        for one in inspector.tagged(REGION_TAG)
        if one.tags.get(REGION_TAG) not in known_regions and not any(word in one.arn for word in KEPT_ON_PURPOSE)
    ]
    check = replace(check, method="read, tag:GetResources")
    if not left:
        return check
    adopted = all(one.tags.get(REGION_TAG) == target.region_id for one in left)
    what_follows = "They will be adopted." if adopted else "They cost money until your cloud team deletes them."
    return replace(
        check,
        verdict=Verdict.WARNING,
        title=f"{_counted(len(left))} left of an earlier try",
        message=f"{', '.join(one.arn for one in left[:SHOWN])}. {what_follows}",
        fix=f"aws resourcegroupstaggingapi get-resources --region {target.cloud_region} \\\n"
        f"  --tag-filters Key={REGION_TAG}",
        facts={"arns": [one.arn for one in left]},
    )


def _dedicated(check: Check, inspector: Inspector, target: Target) -> Check:
    lent = target.own_network.vpc_id if target.own_network else ""
    foreign = [_network_name(one) for one in inspector.networks() if one.id != lent and _foreign_network(one)]
    foreign += [
        f"{one.kind} {one.name}" for one in (*inspector.clusters(), *inspector.databases()) if _foreign(one)
    ]
    check = replace(check, method="read, 3 kinds")
    if not foreign:
        return check
    return replace(
        check,
        verdict=Verdict.WARNING,
        title=f"{_counted(len(foreign))} not ours",
        message=f"{', '.join(foreign[:SHOWN])}. The account should be dedicated: quotas, limits of the API and "
        "blast radius are shared with what else runs in it.",
        fix="Use an account of its own for the region, or accept the warning.",
    )


def _keys_named(check: Check, inspector: Inspector, _target: Target) -> Check:
    """KMS cannot say "only while it is created": a plain key with neither alias nor tag looks like a new one."""
    open_ones = [key for key, tags in inspector.unnamed_keys().items() if CONNECTION_TAG not in tags]
    check = replace(check, method="read, kms:ListAliases")
    if not open_ones:
        return check
    return replace(
        check,
        verdict=Verdict.WARNING,
        title=f"{len(open_ones)} {'key has' if len(open_ones) == 1 else 'keys have'} no alias",
        message=f"{', '.join(open_ones[:SHOWN])}. The role could tag one as its own; an alias prevents it.",
        fix=f"aws kms create-alias --alias-name alias/NAME --target-key-id {open_ones[0]}",
        facts={"keys": open_ones},
    )


def _counted(many: int) -> str:
    return "1 resource is" if many == 1 else f"{many} resources are"


def _foreign_network(network: Network) -> bool:
    return not network.is_default and REGION_TAG not in network.tags


def _network_name(network: Network) -> str:
    return f"VPC {network.id}"


def _foreign(one: Named) -> bool:
    return not one.name.startswith(OURS) and REGION_TAG not in one.tags
