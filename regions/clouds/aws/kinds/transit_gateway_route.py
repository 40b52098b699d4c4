"""The way back: a static route of the customer's transit gateway, in a table they have lent us."""

from regions.clouds.aws.ec2 import arns, changes
from regions.clouds.aws.guards import Action, Guard
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import Call, Change, Field, Kind, Raw, States, Wanted

_PLACE = {
    "TransitGatewayRouteTableId": Wanted("transitGatewayRouteTableId"),
    "DestinationCidrBlock": Wanted("destinationCidrBlock"),
}
_TABLES = arns("transit-gateway-route-table")
_CHANGES = ("CreateTransitGatewayRoute", "ReplaceTransitGatewayRoute", "DeleteTransitGatewayRoute")


def _find(subject: Subject) -> Raw | None:
    table, cidr = subject.wanted("transitGatewayRouteTableId"), subject.wanted("destinationCidrBlock")
    request = {"TransitGatewayRouteTableId": table, "Filters": [{"Name": "type", "Values": ["static"]}]}
    routes = subject.ask("search_transit_gateway_routes", request)["Routes"]
    found = subject.pick([route for route in routes if route["DestinationCidrBlock"] == cidr])
    return found and {**found, "RouteId": f"{table}/{cidr}"}


KIND = Kind(
    name="TransitGatewayRoute",
    service="ec2",
    lookup=None,
    find=_find,
    id="RouteId",
    create=Call("create_transit_gateway_route", _PLACE),
    fields=(
        Field(
            "transitGatewayAttachmentId",
            "TransitGatewayAttachments[0].TransitGatewayAttachmentId",
            sent="TransitGatewayAttachmentId",
            change="target",
        ),
    ),
    changes={"target": Change("replace_transit_gateway_route", _PLACE)},
    delete=(Call("delete_transit_gateway_route", _PLACE),),
    states=States(
        "State",
        ready=frozenset({"active"}),
        deleting=frozenset({"deleting"}),
        gone=frozenset({"deleted"}),
        steady=frozenset({"blackhole"}),
    ),
    facts=("DestinationCidrBlock",),
    actions=(
        Action("ec2:SearchTransitGatewayRoutes", _TABLES),
        *(Action(f"ec2:{name}", _TABLES, Guard.LENT) for name in _CHANGES),
        *changes("CreateTransitGatewayRoute", "transit-gateway-attachment"),
        *changes("ReplaceTransitGatewayRoute", "transit-gateway-attachment"),
    ),
)
