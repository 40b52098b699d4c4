"""Finds what carries a region's tag or name, and deletes it behind the console's back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.customer.account import Account
from sandbox.errors import SandboxError

TAG = "byoc:region"
NAME_TAG = "byoc:resource"
PREFIX = "byoc-"
LOG_PREFIX = "/byoc/"


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    external_id: str
    name: str
    region_id: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    service: str
    find: Callable[[Any], Iterator[Found]]
    delete: Callable[[Any, str], object]


Finder = Callable[[Any], Iterator[Found]]


def _tagged(title: str, paginator: str, key: str, id_key: str) -> Finder:
    """List an EC2 type by the region's tag."""

    def find(client: Any) -> Iterator[Found]:
        filters = [{"Name": "tag-key", "Values": [TAG]}]
        for page in client.get_paginator(paginator).paginate(Filters=filters):
            for item in page[key]:
                if item.get("State") not in {"deleted", "deleting"}:
                    tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}
                    yield Found(title, item[id_key], tags.get(NAME_TAG, item[id_key]), tags[TAG])

    return find


def _named(title: str, paginator: str, key: str, name_key: str, prefix: str) -> Callable[[Any], Iterator[Found]]:
    """List a type whose names are derived, by their prefix."""

    def find(client: Any) -> Iterator[Found]:
        for page in client.get_paginator(paginator).paginate():
            for item in page[key]:
                name = item if isinstance(item, str) else item[name_key]
                if name.startswith(prefix):
                    yield Found(title, name, name)

    return find


def _node_groups(client: Any) -> Iterator[Found]:
    for page in client.get_paginator("list_clusters").paginate():
        for cluster in (name for name in page["clusters"] if name.startswith(PREFIX)):
            for group in client.list_nodegroups(clusterName=cluster)["nodegroups"]:
                yield Found("Node group", f"{cluster}/{group}", group)


def _delete_node_group(client: Any, external_id: str) -> object:
    cluster, _, group = external_id.partition("/")
    return client.delete_nodegroup(clusterName=cluster, nodegroupName=group)


def _delete_bucket(client: Any, name: str) -> object:
    """Empty the bucket, old versions too, then delete it."""
    for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            client.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
    return client.delete_bucket(Bucket=name)


KINDS = (
    Kind(
        "NAT gateway", "ec2", _tagged("NAT gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
        lambda client, one: client.delete_nat_gateway(NatGatewayId=one),
    ),
    Kind(
        "Subnet", "ec2", _tagged("Subnet", "describe_subnets", "Subnets", "SubnetId"),
        lambda client, one: client.delete_subnet(SubnetId=one),
    ),
    Kind(
        "Route table", "ec2", _tagged("Route table", "describe_route_tables", "RouteTables", "RouteTableId"),
        lambda client, one: client.delete_route_table(RouteTableId=one),
    ),
    Kind(
        "Security group", "ec2",
        _tagged("Security group", "describe_security_groups", "SecurityGroups", "GroupId"),
        lambda client, one: client.delete_security_group(GroupId=one),
    ),
    Kind("Node group", "eks", _node_groups, _delete_node_group),
    Kind(
        "Log group", "logs",
        _named("Log group", "describe_log_groups", "logGroups", "logGroupName", LOG_PREFIX),
        lambda client, one: client.delete_log_group(logGroupName=one),
    ),
    Kind(
        "ECR repository", "ecr",
        _named("ECR repository", "describe_repositories", "repositories", "repositoryName", PREFIX),
        lambda client, one: client.delete_repository(repositoryName=one, force=True),
    ),
    Kind(
        "S3 bucket", "s3", _named("S3 bucket", "list_buckets", "Buckets", "Name", PREFIX), _delete_bucket
    ),
)  # fmt: skip


def find(account: Account) -> list[Found]:
    """Everything of the console's regions that this page can delete, in the account's AWS region."""
    clients = {service: account.client(service) for service in {kind.service for kind in KINDS}}
    return [found for kind in KINDS for found in kind.find(clients[kind.service])]


def delete(account: Account, *, kind: str, external_id: str) -> None:
    chosen = next((one for one in KINDS if one.title == kind), None)
    if chosen is None:
        raise SandboxError(f"This page deletes no {kind}: choose one of the list.")
    chosen.delete(account.client(chosen.service), external_id)
