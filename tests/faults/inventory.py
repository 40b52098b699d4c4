"""What the cloud holds of a region, asked by the customer's own client, never through the console."""

from collections import Counter
from typing import Any

from tests.faults.world import World

REGION, RESOURCE = "byoc:region", "byoc:resource"


def named(world: World) -> Counter[str]:
    """How often each resource of the region is in the account, by its name in the plan."""
    found = [*_ec2(world), *_iam(world), *_keys(world), *_buckets(world), *_zones(world), *_logs(world)]
    return Counter(found)


def _ours(world: World, tags: Any) -> str:
    """The resource's name if the tags (pairs of Key and Value) are this region's, else ""."""
    read = {
        str(pair.get("Key", pair.get("TagKey"))): pair.get("Value", pair.get("TagValue")) for pair in tags or ()
    }
    return str(read.get(RESOURCE, "")) if read.get(REGION) == str(world.region.pk) else ""


def _ec2(world: World) -> list[str]:
    client = world.account.client("ec2")
    filters = [{"Name": f"tag:{REGION}", "Values": [str(world.region.pk)]}]
    lists = (
        client.describe_vpcs(Filters=filters)["Vpcs"],
        client.describe_subnets(Filters=filters)["Subnets"],
        client.describe_internet_gateways(Filters=filters)["InternetGateways"],
        client.describe_addresses(Filters=filters)["Addresses"],
        [one for one in client.describe_nat_gateways(Filters=filters)["NatGateways"] if one["State"] != "deleted"],
        client.describe_route_tables(Filters=filters)["RouteTables"],
    )
    return [name for rows in lists for one in rows if (name := _ours(world, one.get("Tags")))]


def _iam(world: World) -> list[str]:
    client = world.account.client("iam")
    roles = client.list_roles(PathPrefix="/byoc/")["Roles"]
    tagged = (client.list_role_tags(RoleName=role["RoleName"])["Tags"] for role in roles)
    return [name for tags in tagged if (name := _ours(world, tags))]


def _keys(world: World) -> list[str]:
    client = world.account.client("kms")
    found = []
    for key in client.list_keys()["Keys"]:
        state = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        if state == "Enabled" and (name := _ours(world, client.list_resource_tags(KeyId=key["KeyId"])["Tags"])):
            found.append(name)
    return found


def _buckets(world: World) -> list[str]:
    client = world.account.client("s3")
    buckets = client.list_buckets()["Buckets"]
    tagged = (client.get_bucket_tagging(Bucket=one["Name"])["TagSet"] for one in buckets)
    return [name for tags in tagged if (name := _ours(world, tags))]


def _zones(world: World) -> list[str]:
    client = world.account.client("route53")
    zones = [zone["Id"].rpartition("/")[2] for zone in client.list_hosted_zones()["HostedZones"]]
    tagged = (
        client.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)["ResourceTagSet"]["Tags"]
        for zone in zones
    )
    return [name for tags in tagged if (name := _ours(world, tags))]


def _logs(world: World) -> list[str]:
    client = world.account.client("logs")
    found = []
    for group in client.describe_log_groups()["logGroups"]:
        tags = client.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
        if tags.get(REGION) == str(world.region.pk):
            found.append(str(tags[RESOURCE]))
    return found
