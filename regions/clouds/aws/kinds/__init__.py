"""Every AWS kind that the blueprints emit, by the name in its manifest."""

from regions.clouds.aws.kinds import internet_gateway, subnet, vpc
from regions.clouds.aws.table import Kind

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        internet_gateway,
        subnet,
        vpc,
    )
}
