"""A VPC of the customer's: lent to the connection, and fit for the region that is to stand in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from regions.clouds.aws.policies import LENT_TAG
from regions.clouds.inspection import Inspector, NetworkInside, Part
from regions.models import CheckGroup
from regions.questionnaire.rules import ZONE_COUNT
from regions.questionnaire.tiers import NODE_TYPES
from regions.states import Verdict
from regions.steps.verification_checks import Check, looked
from regions.steps.verification_target import OwnNetwork, Target

Look = Callable[[Check, OwnNetwork, NetworkInside, Target], Check]
MOST_ADDRESSES = max(node.addresses for node in NODE_TYPES.values())


def own_network_checks(inspector: Inspector, target: Target) -> Iterator[Check]:
    own = target.own_network
    if own is None:
        return
    looks: tuple[tuple[str, str, Look], ...] = (
        ("lent", f"{own.vpc_id} is lent to this connection", _lent),
        ("names", f"{own.vpc_id} answers names", _names),
        ("subnets", "The subnets are where the plan has them", _subnets),
        ("room", "The private subnets have room for the nodes", _room),
        ("ways-out", "Every zone has a way out", _ways_out),
        *((("gateway", "The internet reaches the public subnets", _gateway),) if own.public else ()),
    )
    for name, title, look in looks:
        check = Check(CheckGroup.PLACE, f"place:own-{name}", title, Verdict.PASS, "read")
        yield looked(check, partial(_judged, look, check, own, inspector, target))


def _judged(look: Look, check: Check, own: OwnNetwork, inspector: Inspector, target: Target) -> Check:
    return look(check, own, inspector.inside(own.vpc_id), target)


def _refused(check: Check, message: str, fix: str) -> Check:
    return replace(check, verdict=Verdict.REFUSED, message=message, fix=fix)


def _lent(check: Check, own: OwnNetwork, seen: NetworkInside, target: Target) -> Check:
    if seen.tags.get(LENT_TAG) == own.lent_to:
        return check
    fix = (
        f"aws ec2 create-tags --region {target.cloud_region} \\\n"
        f"  --resources {own.vpc_id} --tags Key={LENT_TAG},Value={own.lent_to}"
    )
    message = f"{own.vpc_id} does not carry the tag {LENT_TAG} with this connection's id: it is not lent to us."
    return _refused(check, message, fix)


def _names(check: Check, own: OwnNetwork, seen: NetworkInside, target: Target) -> Check:
    switches = {"enable-dns-support": seen.dns_support, "enable-dns-hostnames": seen.dns_hostnames}
    off = [name for name, on in switches.items() if not on]
    if not off:
        return check
    fix = "\n".join(
        f"aws ec2 modify-vpc-attribute --region {target.cloud_region} --vpc-id {own.vpc_id} --{name}"
        for name in off
    )
    return _refused(check, f"{', '.join(off)} is off: EKS finds its own endpoint by it.", fix)


def _subnets(check: Check, own: OwnNetwork, seen: NetworkInside, target: Target) -> Check:
    parts, wrong = {part.id: part for part in seen.parts}, []
    for tier in own.tiers:
        for (identifier, cidr), zone in zip(tier, target.zones, strict=False):
            part = parts.get(identifier)
            if part is None:
                wrong.append(f"{identifier} is not in {own.vpc_id}")
            elif (part.cidr, part.zone) != (cidr, zone):
                wrong.append(f"{identifier} is {part.cidr} in {part.zone}, not {cidr} in {zone}")
    if not wrong:
        return check
    return _refused(
        check, f"{'; '.join(wrong)}.", "Correct the subnets in the questionnaire: one in each zone, in order."
    )


def _private(own: OwnNetwork, seen: NetworkInside) -> list[Part]:
    wanted = {identifier for identifier, _ in own.private}
    return [part for part in seen.parts if part.id in wanted]


def _room(check: Check, own: OwnNetwork, seen: NetworkInside, target: Target) -> Check:
    wanted = -(-target.nodes_max // ZONE_COUNT) * max(
        (NODE_TYPES[name].addresses for name in target.instance_types if name in NODE_TYPES),
        default=MOST_ADDRESSES,
    )
    tight = [f"{part.id} has {part.free:,}" for part in _private(own, seen) if part.free < wanted]
    if not tight:
        return check
    message = f"{', '.join(tight)} free addresses; nodes and pods of a zone take up to {wanted:,}."
    return _refused(check, message, "Name larger subnets, or lower the number of nodes.")


def _ways_out(check: Check, own: OwnNetwork, seen: NetworkInside, _target: Target) -> Check:
    without = [f"{part.id} in {part.zone}" for part in _private(own, seen) if not part.way_out]
    if not without:
        return check
    message = f"{', '.join(without)}: no route leads out, so nodes reach neither AWS nor the control plane."
    return _refused(check, message, "Add a route for 0.0.0.0/0 to a NAT gateway or to your transit gateway.")


def _gateway(check: Check, own: OwnNetwork, seen: NetworkInside, _target: Target) -> Check:
    if not seen.internet_gateway:
        message = f"{own.vpc_id} has no internet gateway, and the load balancer is to face the internet."
        return _refused(
            check, message, "Attach an internet gateway, or choose PrivateLink or your transit gateway."
        )
    wanted = {identifier for identifier, _ in own.public}
    closed = [part.id for part in seen.parts if part.id in wanted and part.way_out != "igw"]
    if not closed:
        return check
    message = f"{', '.join(closed)}: no route leads to the internet gateway."
    return _refused(check, message, "Add a route for 0.0.0.0/0 to the internet gateway.")
