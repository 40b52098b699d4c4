"""Quotas: what is in use and what the planned region needs, against the account's limit."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from regions.clouds.inspection import Inspector
from regions.models import CheckGroup
from regions.permissions.identity import RoleIdentity
from regions.states import Verdict
from regions.steps.verification_checks import Check, fragment, looked
from regions.steps.verification_target import Target

STANDARD = re.compile(r"^[acdhimrtz]\d")  # families counted by quota L-1216C47A
TIGHT = 0.8
READING = "servicequotas:GetServiceQuota"


@dataclass(frozen=True, slots=True)
class Quota:
    code: str
    service: str
    """Service code of the Service Quotas API."""
    title: str
    used: Callable[[Inspector, Target], int]
    needed: Callable[[Inspector, Target], int]


def _made(kind: str) -> Callable[[Inspector, Target], int]:
    return lambda _inspector, target: target.needed.get(kind, 0)


def _fullest_zone(inspector: Inspector, target: Target) -> int:
    zones = inspector.nat_gateways()
    return max((count for zone, count in zones.items() if not target.zones or zone in target.zones), default=0)


def _gateways_a_zone(_inspector: Inspector, target: Target) -> int:
    return -(-target.needed.get("NATGateway", 0) // max(len(target.zones), 1))


def _vcpus_running(inspector: Inspector, _target: Target) -> int:
    running = [one.kind for one in inspector.machines() if STANDARD.match(one.kind)]
    sizes = inspector.vcpus(running) if running else {}
    return sum(sizes.get(kind, 0) for kind in running)


def _vcpus_planned(inspector: Inspector, target: Target) -> int:
    """At the most nodes, of the largest instance type."""
    if not target.needed.get("NodeGroup"):
        return 0
    sizes = inspector.vcpus(target.instance_types)
    further = sum(sizes.get(name, 0) * many for name, many in target.further_nodes.items())
    return max(sizes.values(), default=0) * target.nodes_max + further


QUOTAS = (
    Quota("L-0263D0A3", "ec2", "Elastic IPs", lambda one, _target: one.addresses(), _made("EIP")),
    Quota("L-F678F1CE", "vpc", "VPCs", lambda one, _target: len(one.networks()), _made("VPC")),
    Quota("L-FE5A380F", "vpc", "NAT gateways per zone", _fullest_zone, _gateways_a_zone),
    Quota(
        "L-A4707A72",
        "vpc",
        "Internet gateways",
        lambda one, _target: one.internet_gateways(),
        _made("InternetGateway"),
    ),
    Quota(
        "L-69A177A2",
        "elasticloadbalancing",
        "Network Load Balancers",
        lambda one, _target: one.network_load_balancers(),
        _made("LB"),
    ),
    Quota("L-1194D53C", "eks", "EKS clusters", lambda one, _target: len(one.clusters()), _made("Cluster")),
    Quota("L-1216C47A", "ec2", "Standard vCPUs", _vcpus_running, _vcpus_planned),
)


def quota_checks(inspector: Inspector, identity: RoleIdentity, target: Target) -> Iterator[Check]:
    for quota in QUOTAS:
        check = Check(CheckGroup.QUOTA, f"quota:{quota.code}", quota.title, Verdict.PASS, "read, Service Quotas")
        found = looked(check, partial(_judged, quota, check, inspector, target))
        if found.verdict is Verdict.CANNOT_TELL:
            found = replace(found, fix=fragment(READING, identity), facts={**found.facts, "code": quota.code})
        yield found


def _judged(quota: Quota, check: Check, inspector: Inspector, target: Target) -> Check:
    used, needed = quota.used(inspector, target), quota.needed(inspector, target)
    limit = round(inspector.quota(quota.service, quota.code))
    facts = {"code": quota.code, "used": used, "needed": needed, "limit": limit}
    wanted = used + needed
    if wanted > limit:
        return replace(
            check,
            facts=facts,
            verdict=Verdict.REFUSED,
            message=f"{used} in use and {needed} needed, {limit} allowed: {wanted - limit} short.",
            fix=_raise_command(quota, wanted, target),
        )
    if wanted > TIGHT * limit:
        message = f"{limit - wanted} left after this region."
        fix = _raise_command(quota, wanted * 2, target)
        return replace(check, facts=facts, verdict=Verdict.WARNING, message=message, fix=fix)
    return replace(check, facts=facts)


def _raise_command(quota: Quota, wanted: int, target: Target) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --region {target.cloud_region} \\\n"
        f"  --service-code {quota.service} --quota-code {quota.code} --desired-value {wanted}"
    )
