"""One route of a route table; has no id of its own, is found by its destination."""

from regions.clouds.aws.ec2 import changes
from regions.clouds.aws.guards import reads
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import Call, Change, Field, Kind, Raw, States, Wanted

_PLACE = {
    "RouteTableId": Wanted("routeTableId"),
    "DestinationCidrBlock": Wanted("destinationCidrBlock"),
}


def _find(subject: Subject) -> Raw | None:
    table, cidr = subject.wanted("routeTableId"), subject.wanted("destinationCidrBlock")
    tables = subject.ask("describe_route_tables", {"RouteTableIds": [table]})["RouteTables"]
    routes = [route for one in tables for route in one["Routes"]]
    found = next((route for route in routes if route.get("DestinationCidrBlock") == cidr), None)
    return found and {**found, "RouteId": f"{table}/{cidr}"}


KIND = Kind(
    name="Route",
    service="ec2",
    lookup=None,
    find=_find,
    id="RouteId",
    create=Call("create_route", _PLACE),
    fields=(
        Field("gatewayId", "GatewayId", sent="GatewayId", change="target"),
        Field("natGatewayId", "NatGatewayId", sent="NatGatewayId", change="target"),
        Field("transitGatewayId", "TransitGatewayId", sent="TransitGatewayId", change="target"),
    ),
    changes={"target": Change("replace_route", _PLACE, whole=True)},
    delete=(Call("delete_route", _PLACE),),
    states=States("State", ready=frozenset({"active"}), steady=frozenset({"blackhole"})),
    facts=("DestinationCidrBlock", "GatewayId", "NatGatewayId", "TransitGatewayId"),
    actions=(
        *reads("ec2:DescribeRouteTables"),
        *changes("CreateRoute", "route-table"),
        *changes("ReplaceRoute", "route-table"),
        *changes("DeleteRoute", "route-table"),
    ),
)
