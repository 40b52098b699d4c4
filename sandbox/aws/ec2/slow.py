"""NAT gateways take their time, coming and going."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.models.nat_gateways import NatGatewayBackend

from sandbox.aws import delays
from sandbox.aws.patching import replace

Key = tuple[str, str, str]


def _create(backend: Any, *args: Any, **kwargs: Any) -> Any:
    gateway = ORIGINAL["create"](backend, *args, **kwargs)
    gateway.state = "pending"
    key = (backend.account_id, backend.region_name, gateway.id)
    delays.later("ec2:nat", key, "available", delays.seconds_of("nat"))
    return gateway


def _delete(backend: Any, nat_gateway_id: str) -> Any:
    gateway = backend.nat_gateways.get(nat_gateway_id)
    if gateway is None or gateway.state == "deleted":
        raise EC2ClientError("NatGatewayNotFound", f"NatGateway {nat_gateway_id} was not found")
    gateway.state = "deleting"
    key = (backend.account_id, backend.region_name, nat_gateway_id)
    delays.later("ec2:nat", key, "deleted", delays.seconds_of("nat", deleting=True))
    return gateway


def _describe(backend: Any, filters: Any, nat_gateway_ids: list[str] | None) -> Any:
    """By id, an unknown gateway is an error; by tag, moto has no filter."""
    for identifier in nat_gateway_ids or []:
        if identifier not in backend.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"NatGateway {identifier} was not found")
    found = ORIGINAL["describe"](backend, filters, nat_gateway_ids)
    return [item for item in found if _tagged(item, filters or {})]


def _tagged(item: Any, filters: dict[str, Any]) -> bool:
    tags = {tag["key"]: tag["value"] for tag in item.get_tags()}
    for name, values in filters.items():
        if name.startswith("tag:") and tags.get(name[4:]) not in values:
            return False
        if name == "tag-key" and not set(tags) & set(values):
            return False
    return True


@delays.on_due("ec2:nat")
def _settle(key: Key, outcome: str) -> None:
    backend: Any = ec2_backends[key[0]][key[1]]
    gateway = backend.nat_gateways.get(key[2])
    if gateway is None:
        return
    gateway.state = outcome
    if outcome == "deleted":
        for address in backend.addresses:
            if address.eni is gateway._eni:
                backend.disassociate_address(association_id=address.association_id)
        backend.enis.pop(gateway._eni.id, None)


ORIGINAL: dict[str, Any] = {}


def install() -> None:
    ORIGINAL["create"] = replace(NatGatewayBackend, "create_nat_gateway", _create)
    ORIGINAL["delete"] = replace(NatGatewayBackend, "delete_nat_gateway", _delete)
    ORIGINAL["describe"] = replace(NatGatewayBackend, "describe_nat_gateways", _describe)
