"""Route table; its routes and associations are kinds of their own."""

from regions.clouds.aws.ec2 import changes, creates, found_by_tags, tagged
from regions.clouds.aws.guards import reads
from regions.clouds.aws.table import ID, ONCE, Call, Field, Kind

KIND = Kind(
    name="RouteTable",
    service="ec2",
    lookup=found_by_tags("describe_route_tables", "RouteTables"),
    id="RouteTableId",
    create=Call("create_route_table", {"ClientToken": ONCE}),
    created_id="RouteTable.RouteTableId",
    fields=(Field("vpcId", "VpcId", sent="VpcId"),),
    used=lambda _subject, raw: bool(raw.get("Associations")),
    delete=(Call("delete_route_table", {"RouteTableId": ID}),),
    tagging=tagged("route-table"),
    facts=("Routes", "Associations"),
    actions=(
        *reads("ec2:DescribeRouteTables"),
        *creates("CreateRouteTable", "route-table", "vpc"),
        *changes("DeleteRouteTable", "route-table"),
    ),
)
