"""Every AWS kind that the blueprints emit, by the name in its manifest."""

from regions.clouds.aws.kinds import (
    eip,
    internet_gateway,
    nat_gateway,
    route,
    route_table,
    route_table_association,
    security_group,
    security_group_rules,
    subnet,
    transit_gateway_attachment,
    vpc,
    vpc_endpoint_service,
)
from regions.clouds.aws.table import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        eip.KIND,
        internet_gateway.KIND,
        nat_gateway.KIND,
        route.KIND,
        route_table.KIND,
        route_table_association.KIND,
        security_group.KIND,
        security_group_rules.EGRESS,
        security_group_rules.INGRESS,
        subnet.KIND,
        transit_gateway_attachment.KIND,
        vpc.KIND,
        vpc_endpoint_service.KIND,
        vpc_endpoint_service.PRINCIPAL,
    )
}
