"""Which quota a refusal is about, so that the fix is a command to copy (Service Quotas console, "Quota code")."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    service: str
    code: str
    usual: int
    """AWS's default; the fix asks for twice as much."""


VPCS = Quota("vpc", "L-F678F1CE", 5)
GATEWAYS = Quota("vpc", "L-A4707A72", 5)
NAT_GATEWAYS = Quota("vpc", "L-FE5A380F", 5)
ADDRESSES = Quota("ec2", "L-0263D0A3", 5)
VCPUS = Quota("ec2", "L-1216C47A", 32)
CLUSTERS = Quota("eks", "L-1194D53C", 100)
NETWORK_LOAD_BALANCERS = Quota("elasticloadbalancing", "L-53DA6B97", 50)

BY_ERROR = {
    "VpcLimitExceeded": VPCS,
    "InternetGatewayLimitExceeded": GATEWAYS,
    "NatGatewayLimitExceeded": NAT_GATEWAYS,
    "AddressLimitExceeded": ADDRESSES,
    "VcpuLimitExceeded": VCPUS,
    "InstanceLimitExceeded": VCPUS,
    "TooManyLoadBalancers": NETWORK_LOAD_BALANCERS,
}
BY_CALL = {
    "eks:CreateCluster": CLUSTERS,
}


def request_command(code: str, call: str, region: str) -> str:
    """The command that asks AWS for more, "" where the refusal does not say which quota it is."""
    quota = BY_ERROR.get(code) or BY_CALL.get(call)
    if quota is None:
        return ""
    return (
        f"aws service-quotas request-service-quota-increase --service-code {quota.service} "
        f"--quota-code {quota.code} --desired-value {2 * quota.usual} --region {region}"
    )
