"""What cannot be removed while something uses it, where moto would let it go."""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import before
from sandbox.aws.requests import Call
from sandbox.aws.state import state

ALIVE = ("pending", "available", "deleting")


def _backend(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


def _violation(message: str) -> AwsError:
    return AwsError("DependencyViolation", message, 400)


@before("ec2", "DeleteSubnet")
def delete_subnet(call: Call) -> None:
    subnet = str(call.params.get("SubnetId"))
    backend = _backend(call)
    used = any(item.subnet_id == subnet and item.state in ALIVE for item in backend.nat_gateways.values())
    used = used or any(
        instance.subnet_id == subnet and instance.state != "terminated"
        for item in backend.reservations.values()
        for instance in item.instances
    )
    used = used or _holds_cluster(call, subnet) or _holds_database(call, subnet)
    if used:
        raise _violation(f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def _holds_cluster(call: Call, subnet: str) -> bool:
    return any(
        key[:2] == (call.account, call.region) and subnet in item["resourcesVpcConfig"]["subnetIds"]
        for key, item in state().shelf("eks:cluster").items()
    )


def _holds_database(call: Call, subnet: str) -> bool:
    backend: Any = rds_backends[call.account][call.region]
    groups = {item.db_subnet_group.name for item in backend.databases.values() if item.db_subnet_group}
    return any(
        subnet in [item["SubnetIdentifier"] for item in group.subnets]
        for name, group in backend.subnet_groups.items()
        if name in groups
    )


@before("ec2", "DetachInternetGateway")
def detach_gateway(call: Call) -> None:
    vpc = str(call.params.get("VpcId"))
    backend = _backend(call)
    if any(item.vpc_id == vpc and item.state in ALIVE and item.connectivity_type == "public"
           for item in backend.nat_gateways.values()):  # fmt: skip
        message = (
            f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway."
        )
        raise _violation(message)


@before("ec2", "ReleaseAddress")
def release_address(call: Call) -> None:
    wanted = call.params.get("AllocationId")
    for item in _backend(call).addresses:
        if item.allocation_id == wanted and item.association_id:
            raise AwsError("InvalidIPAddress.InUse", f"Address {item.public_ip} is in use.", 400)


@before("ec2", "DeleteVpc")
def delete_vpc(call: Call) -> None:
    vpc = str(call.params.get("VpcId"))
    backend = _backend(call)
    subnets = [item for zone in backend.subnets.values() for item in zone.values() if item.vpc_id == vpc]
    gateways = [item for item in backend.internet_gateways.values() if item.vpc and item.vpc.id == vpc]
    groups = [item for item in backend.groups.get(vpc, {}).values() if item.name != "default"]
    tables = [item for item in backend.route_tables.values() if item.vpc_id == vpc and not _main(item)]
    endpoints = [
        item for item in backend.vpc_end_points.values() if item.vpc_id == vpc and item.state != "deleted"
    ]
    if subnets or gateways or groups or tables or endpoints:
        raise _violation(f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def _main(table: Any) -> bool:
    return bool(getattr(table, "main_association_id", None))
