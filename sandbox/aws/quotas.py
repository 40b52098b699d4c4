"""Service quotas: what may be asked about them, and what happens when they are reached."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers, before
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.need import arn


class Quota(NamedTuple):
    service: str
    name: str
    default: float
    adjustable: bool = True


# AWS's defaults, from the Service Quotas console
QUOTAS = {
    "L-F678F1CE": Quota("vpc", "VPCs per Region", 5),
    "L-407747CB": Quota("vpc", "Subnets per VPC", 200),
    "L-FE5A380F": Quota("vpc", "NAT gateways per Availability Zone", 5),
    "L-A4707A72": Quota("vpc", "Internet gateways per Region", 5),
    "L-E79EC296": Quota("vpc", "VPC security groups per Region", 2500),
    "L-0263D0A3": Quota("ec2", "EC2-VPC Elastic IPs", 5),
    "L-1216C47A": Quota("ec2", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 256),
    "L-53DA6B97": Quota("elasticloadbalancing", "Application Load Balancers per Region", 50),
    "L-69A177A2": Quota("elasticloadbalancing", "Network Load Balancers per Region", 50),
    "L-1194D53C": Quota("eks", "Clusters", 100),
    "L-7B6409FD": Quota("rds", "DB instances", 40),
    "L-DC2B2D3D": Quota("s3", "General purpose buckets", 10000),
    "L-FE177D64": Quota("iam", "Roles per account", 1000),
    "L-0DA4ABF3": Quota("iam", "Managed policies per role", 10),
}
VCPUS = {"medium": 2, "large": 2, "xlarge": 4}


def limit(account: str, region: str, service: str, code: str) -> float:
    """The quota that applies; ``PUT /_sandbox/quotas`` sets others than AWS's defaults."""
    return state().quotas.get((account, region, service, code), QUOTAS[code].default)


def check_vcpus(account: str, region: str, instance_type: str, count: int) -> None:
    """Refuse what the account's running instances leave no vCPU for."""
    wanted = vcpus(instance_type) * count
    backend: Any = ec2_backends[account][region]
    running = sum(
        vcpus(instance.instance_type)
        for reservation in backend.reservations.values()
        for instance in reservation.instances
        if instance.state == "running"
    )
    most = limit(account, region, "ec2", "L-1216C47A")
    if running + wanted > most:
        message = (
            f"You have requested more vCPU capacity than your current vCPU limit of {most:.0f} allows for the "
            "instance bucket that the specified instance type belongs to."
        )
        raise AwsError("VcpuLimitExceeded", message, 400)


def vcpus(instance_type: str) -> int:
    size = instance_type.rpartition(".")[2]
    if size in VCPUS:
        return VCPUS[size]
    times = size.removesuffix("xlarge")
    return int(times) * 4 if times.isdigit() else 2


def _vpcs(backend: Any, _call: Call) -> int:
    return len(backend.vpcs)


def _gateways(backend: Any, _call: Call) -> int:
    return len(backend.internet_gateways)


def _addresses(backend: Any, _call: Call) -> int:
    return len(backend.addresses)


def _nats(backend: Any, call: Call) -> int:
    """Those in the zone of the wanted subnet that are not gone."""
    zone = _zone(backend, str(call.params.get("SubnetId")))
    alive = [item for item in backend.nat_gateways.values() if item.state in ("pending", "available", "deleting")]
    return sum(1 for item in alive if _zone(backend, item.subnet_id) == zone)


def _zone(backend: Any, subnet: str) -> str:
    return next((zone for zone, subnets in backend.subnets.items() if subnet in subnets), "")


class Check(NamedTuple):
    service: str
    code: str
    held: Callable[[Any, Call], int]
    error: str
    message: str


CHECKS = {
    "CreateVpc": Check("vpc", "L-F678F1CE", _vpcs, "VpcLimitExceeded",
                       "The maximum number of VPCs has been reached."),
    "CreateInternetGateway": Check("vpc", "L-A4707A72", _gateways, "InternetGatewayLimitExceeded",
                                   "The maximum number of internet gateways has been reached."),
    "AllocateAddress": Check("ec2", "L-0263D0A3", _addresses, "AddressLimitExceeded",
                             "The maximum number of addresses has been reached."),
    "CreateNatGateway": Check("vpc", "L-FE5A380F", _nats, "NatGatewayLimitExceeded",
                              "The maximum number of NAT gateways has been reached."),
}  # fmt: skip


@before("ec2", *CHECKS)
def check_ec2(call: Call) -> None:
    check = CHECKS[call.operation]
    backend: Any = ec2_backends[call.account][call.region]
    if check.held(backend, call) >= limit(call.account, call.region, check.service, check.code):
        raise AwsError(check.error, check.message, 400)


@before("elbv2", "CreateLoadBalancer")
def check_balancers(call: Call) -> None:
    kind = str(call.params.get("Type") or "application")
    code = "L-69A177A2" if kind == "network" else "L-53DA6B97"
    backend: Any = elbv2_backends[call.account][call.region]
    held = sum(1 for item in backend.load_balancers.values() if item.type == kind)
    if held >= limit(call.account, call.region, "elasticloadbalancing", code):
        message = f"The maximum number of {kind} load balancers has been reached."
        raise AwsError("TooManyLoadBalancers", message, 400)


def _described(call: Call, code: str, *, default: bool = False) -> dict[str, Any]:
    quota = QUOTAS[code]
    value = quota.default if default else limit(call.account, call.region, quota.service, code)
    return {
        "ServiceCode": quota.service,
        "ServiceName": quota.service.upper(),
        "QuotaArn": arn(call, "servicequotas", f"{quota.service}/{code}"),
        "QuotaCode": code,
        "QuotaName": quota.name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": quota.service == "iam",
    }


def _find(call: Call) -> str:
    code, service = str(call.params.get("QuotaCode")), str(call.params.get("ServiceCode"))
    if code not in QUOTAS or QUOTAS[code].service != service:
        message = "The request failed because the specified service or quota does not exist."
        raise AwsError("NoSuchResourceException", message, 400)
    return code


@answers("service-quotas", "GetServiceQuota")
def get_service_quota(call: Call) -> Mapping[str, Any]:
    return {"Quota": _described(call, _find(call))}


@answers("service-quotas", "GetAWSDefaultServiceQuota")
def get_default_quota(call: Call) -> Mapping[str, Any]:
    return {"Quota": _described(call, _find(call), default=True)}


def _listed(call: Call, *, default: bool) -> Mapping[str, Any]:
    service = str(call.params.get("ServiceCode"))
    codes = [code for code, quota in QUOTAS.items() if quota.service == service]
    if not codes:
        message = "The request failed because the specified service does not exist."
        raise AwsError("NoSuchResourceException", message, 400)
    return {"Quotas": [_described(call, code, default=default) for code in codes]}


@answers("service-quotas", "ListServiceQuotas")
def list_service_quotas(call: Call) -> Mapping[str, Any]:
    return _listed(call, default=False)


@answers("service-quotas", "ListAWSDefaultServiceQuotas")
def list_default_quotas(call: Call) -> Mapping[str, Any]:
    return _listed(call, default=True)


@answers("service-quotas", "ListServices")
def list_services(_call: Call) -> Mapping[str, Any]:
    services = sorted({quota.service for quota in QUOTAS.values()})
    return {"Services": [{"ServiceCode": name, "ServiceName": name.upper()} for name in services]}


@answers("service-quotas", "RequestServiceQuotaIncrease")
def request_increase(call: Call) -> Mapping[str, Any]:
    """Asked, never granted: a person grants it through the control surface."""
    code = _find(call)
    quota = QUOTAS[code]
    return {
        "RequestedQuota": {
            "Id": code.lower(),
            "ServiceCode": quota.service,
            "QuotaCode": code,
            "QuotaName": quota.name,
            "DesiredValue": float(call.params.get("DesiredValue") or 0),
            "Status": "PENDING",
        }
    }
