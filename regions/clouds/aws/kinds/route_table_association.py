"""Which route table a subnet uses; has no tags, is found by its subnet."""

from regions.clouds.aws.ec2 import changes
from regions.clouds.aws.guards import reads
from regions.clouds.aws.requests import search
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import ID, Call, Change, Field, Kind, Raw, Wanted


def _find(subject: Subject) -> Raw | None:
    subnet = subject.wanted("subnetId")
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    tables = subject.ask("describe_route_tables", {"Filters": filters})
    associations = search("RouteTables[].Associations[]", tables)
    return subject.pick([one for one in associations if one.get("SubnetId") == subnet])


KIND = Kind(
    name="RouteTableAssociation",
    service="ec2",
    lookup=None,
    find=_find,
    id="RouteTableAssociationId",
    create=Call("associate_route_table", {"SubnetId": Wanted("subnetId")}),
    fields=(Field("routeTableId", "RouteTableId", sent="RouteTableId", change="table"),),
    changes={"table": Change("replace_route_table_association", {"AssociationId": ID})},
    delete=(Call("disassociate_route_table", {"AssociationId": ID}),),
    facts=("RouteTableId", "SubnetId"),
    actions=(
        *reads("ec2:DescribeRouteTables"),
        *changes("AssociateRouteTable", "route-table", "subnet"),
        *changes("ReplaceRouteTableAssociation", "route-table", "subnet"),
        *changes("DisassociateRouteTable", "route-table", "subnet"),
    ),
)
