"""Static routes of transit gateways: moto's name no attachment, and cannot be replaced."""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state

Routes = dict[tuple[str, str], dict[str, Any]]


def _routes() -> Routes:
    """By route table and destination."""
    shelf: Routes = state().shelf("ec2:gateway-routes")
    return shelf


def _key(call: Call) -> tuple[str, str]:
    table = str(call.params["TransitGatewayRouteTableId"])
    if table not in ec2_backends[call.account][call.region].transit_gateways_route_tables:
        message = f"Transit Gateway Route Table {table} was deleted or does not exist."
        raise AwsError("InvalidRouteTableID.NotFound", message, 400)
    return table, str(call.params.get("DestinationCidrBlock"))


def _route(call: Call) -> dict[str, Any]:
    route = {"DestinationCidrBlock": str(call.params["DestinationCidrBlock"]), "Type": "static"}
    if call.params.get("Blackhole"):
        return {**route, "State": "blackhole"}
    wanted = str(call.params.get("TransitGatewayAttachmentId"))
    backend: Any = ec2_backends[call.account][call.region]
    held = backend.transit_gateway_attachments.get(wanted)
    if held is None:
        message = f"Transit Gateway Attachment {wanted} was deleted or does not exist."
        raise AwsError("InvalidTransitGatewayAttachmentID.NotFound", message, 400)
    attachment = {
        "ResourceId": held.resource_id,
        "ResourceType": held.resource_type,
        "TransitGatewayAttachmentId": wanted,
    }
    return {**route, "State": "active", "TransitGatewayAttachments": [attachment]}


@answers("ec2", "CreateTransitGatewayRoute")
def create(call: Call) -> Mapping[str, Any]:
    key = _key(call)
    if key in _routes():
        raise AwsError("RouteAlreadyExists", f"Route {key[1]} already exists in table {key[0]}.", 400)
    _routes()[key] = _route(call)
    return {"Route": _routes()[key]}


@answers("ec2", "ReplaceTransitGatewayRoute")
def replace(call: Call) -> Mapping[str, Any]:
    key = _there(call)
    _routes()[key] = _route(call)
    return {"Route": _routes()[key]}


@answers("ec2", "DeleteTransitGatewayRoute")
def delete(call: Call) -> Mapping[str, Any]:
    return {"Route": {**_routes().pop(_there(call)), "State": "deleted"}}


def _there(call: Call) -> tuple[str, str]:
    key = _key(call)
    if key not in _routes():
        raise AwsError("InvalidRoute.NotFound", f"Route {key[1]} does not exist in table {key[0]}.", 400)
    return key


@answers("ec2", "SearchTransitGatewayRoutes")
def search(call: Call) -> Mapping[str, Any]:
    table, _ = _key(call)
    found = [route for (held, _), route in sorted(_routes().items()) if held == table]
    return {"Routes": found, "AdditionalRoutesAvailable": False}
