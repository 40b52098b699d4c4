"""Which wide call answers which narrow one; a rule answers None where the narrow one has to be asked."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from regions.clouds.aws.batched import FILTER_VALUES, GLOBAL_REGION, Batched, Rule
from regions.clouds.aws.requests import search, tags_of
from regions.clouds.aws.subject import REGION_TAG, RESOURCE_TAG
from regions.clouds.aws.table import Raw, Request

Answer = dict[str, Any] | None
OWN = {f"tag:{REGION_TAG}", f"tag:{RESOURCE_TAG}"}
LOG_PREFIX = re.compile(r"^(.*?byoc[-/])")
TAGGED = {
    "describe_addresses": "Addresses",
    "describe_internet_gateways": "InternetGateways",
    "describe_nat_gateways": "NatGateways",
    "describe_route_tables": "RouteTables",
    "describe_security_group_rules": "SecurityGroupRules",
    "describe_security_groups": "SecurityGroups",
    "describe_subnets": "Subnets",
    "describe_transit_gateway_vpc_attachments": "TransitGatewayVpcAttachments",
    "describe_vpc_endpoint_service_configurations": "ServiceConfigurations",
    "describe_vpcs": "Vpcs",
}
"""EC2 calls that filter by tag, with the key of what they list."""


# -- EC2: one call a type for all that carries the regions' tags


def _filters(request: Request) -> dict[str, list[str]]:
    return {one["Name"]: list(one["Values"]) for one in request.get("Filters", ())}


def _by_own_tags(method: str, key: str) -> Rule:
    def rule(batched: Batched, request: Request) -> Answer:
        asked = _filters(request)
        if set(asked) != OWN:
            return None
        index = batched.index(f"ec2 {method}", lambda: _marked(batched.tagged(method, key)))
        found = index.get((asked[f"tag:{REGION_TAG}"][0], asked[f"tag:{RESOURCE_TAG}"][0]))
        return {key: found} if found else None

    return rule


def _marked(items: list[Raw]) -> Iterator[tuple[Any, Raw]]:
    for one in items:
        tags = tags_of(one.get("Tags"))
        yield (tags.get(REGION_TAG), tags.get(RESOURCE_TAG)), one


def _route_tables(batched: Batched, request: Request) -> Answer:
    key = "RouteTables"
    if identifiers := request.get("RouteTableIds"):
        index = batched.index(
            "tables", lambda: _each(batched.tagged("describe_route_tables", key), "RouteTableId")
        )
        return _listed(key, index.get(identifiers[0]))
    asked = _filters(request)
    if set(asked) == {"association.subnet-id"}:
        index = batched.index("associations", lambda: _associated(batched.tagged("describe_route_tables", key)))
        return _listed(key, index.get(asked["association.subnet-id"][0]))
    return _by_own_tags("describe_route_tables", key)(batched, request)


def _associated(tables: list[Raw]) -> Iterator[tuple[Any, Raw]]:
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId"):
                yield association["SubnetId"], table


def _group_rules(batched: Batched, request: Request) -> Answer:
    """All rules of our groups, those of others in them too: our own tags would hide what was added."""
    method, key = "describe_security_group_rules", "SecurityGroupRules"
    asked = _filters(request)
    if set(asked) != {"group-id"}:
        return _by_own_tags(method, key)(batched, request)
    group = asked["group-id"][0]
    groups = [str(one["GroupId"]) for one in batched.tagged("describe_security_groups", "SecurityGroups")]
    if group not in groups:
        return None
    index = batched.index("rules by group", lambda: _each(_rules_of(batched, groups), "GroupId"))
    return {key: index.get(group, [])}


def _rules_of(batched: Batched, groups: list[str]) -> list[Raw]:
    method, key = "describe_security_group_rules", "SecurityGroupRules"
    found: list[Raw] = []
    for start in range(0, len(groups), FILTER_VALUES):
        filters = [{"Name": "group-id", "Values": groups[start : start + FILTER_VALUES]}]
        found += batched.pages("ec2", method, {"Filters": filters}, key)
    return found


# -- IAM: all roles and policies with their documents in one call, tags of policies in another


def _role(batched: Batched, request: Request) -> Answer:
    found = batched.roles().get(request["RoleName"])
    return {"Role": found[0]} if found else None


def _attached(batched: Batched, request: Request) -> Answer:
    found = batched.roles().get(request["RoleName"])
    return (
        {"AttachedPolicies": found[0].get("AttachedManagedPolicies", []), "IsTruncated": False} if found else None
    )


def _inline(batched: Batched, request: Request) -> Answer:
    found = batched.roles().get(request["RoleName"])
    if not found:
        return None
    return {"PolicyNames": [one["PolicyName"] for one in found[0].get("RolePolicyList", ())], "IsTruncated": False}


def _policy(batched: Batched, request: Request) -> Answer:
    found = batched.policies().get(request["PolicyArn"])
    tags = batched.tags(request["PolicyArn"], home=GLOBAL_REGION) if found else None
    if not found or tags is None:
        return None
    name = request["PolicyArn"].rpartition("/")[2]
    return {"Policy": {"PolicyName": name, **found[0], "Tags": _pairs(tags)}}


def _policy_version(batched: Batched, request: Request) -> Answer:
    found = batched.policies().get(request["PolicyArn"])
    versions = found[0].get("PolicyVersionList", ()) if found else ()
    wanted = next((one for one in versions if one["VersionId"] == request["VersionId"]), None)
    return {"PolicyVersion": wanted} if wanted and wanted.get("Document") else None


# -- what is listed whole and found by its name


def _each(items: list[Raw], path: str) -> Iterator[tuple[Any, Raw]]:
    return ((one.get(path), one) for one in items)


def _listed(key: str, found: list[Raw] | None) -> Answer:
    return {key: found} if found else None


def _named(service: str, method: str, asked: str, key: str, name: str) -> Rule:
    """`asked` is where the narrow request names the one (JMESPath), `name` where the listing does."""

    def rule(batched: Batched, request: Request) -> Answer:
        def build() -> Iterator[tuple[Any, Raw]]:
            return _each(list(batched.pages(service, method, {}, key)), name)

        return _listed(key, batched.index(f"{service} {method}", build).get(search(asked, dict(request))))

    return rule


def _log_groups(batched: Batched, request: Request) -> Answer:
    """All that begin alike, up to what makes a name one region's."""
    name = str(request.get("logGroupNamePrefix", ""))
    shared = LOG_PREFIX.match(name)
    if shared is None:
        return None
    wide = {"logGroupNamePrefix": shared.group(1)}
    pages = batched.pages
    index = batched.index(
        f"logs {shared.group(1)}",
        lambda: _each(list(pages("logs", "describe_log_groups", wide, "logGroups")), "logGroupName"),
    )
    return _listed("logGroups", index.get(name))


# -- tags, from the tagging service


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tags(asked: str, answer: Callable[[str, Mapping[str, str]], dict[str, Any]]) -> Rule:
    """`asked` is where the request holds the ARN (JMESPath)."""

    def rule(batched: Batched, request: Request) -> Answer:
        arn = str(search(asked, dict(request)) or "")
        tags = batched.tags(arn) if arn else None
        return answer(arn, tags) if tags is not None else None

    return rule


def _balancer_tags(batched: Batched, request: Request) -> Answer:
    """All of them or none: a listener without our tags is another's."""
    found = {arn: batched.tags(arn) for arn in request["ResourceArns"]}
    if None in found.values():
        return None
    return {"TagDescriptions": [{"ResourceArn": arn, "Tags": _pairs(tags or {})} for arn, tags in found.items()]}


def _keys(batched: Batched, request: Request) -> Answer:
    """Only those that carry the regions' tags, where the tagging service knows any."""
    listed = batched.once("kms", "list_keys", request)
    ours = [one for one in listed["Keys"] if batched.tags(one["KeyArn"]) is not None]
    return {**listed, "Keys": ours} if ours else None


def _key_tags(batched: Batched, request: Request) -> Answer:
    arn = f"arn:{batched.account.partition}:kms:{batched.account.region}:{batched.account.account_id}:key/"
    tags = batched.tags(f"{arn}{request['KeyId']}")
    if tags is None:
        return None
    return {"Tags": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def _bucket_tags(batched: Batched, request: Request) -> Answer:
    tags = batched.tags(f"arn:{batched.account.partition}:s3:::{request['Bucket']}")
    return {"TagSet": _pairs(tags)} if tags is not None else None


RULES: Mapping[tuple[str, str], Rule] = {
    **{("ec2", method): _by_own_tags(method, key) for method, key in TAGGED.items()},
    ("ec2", "describe_route_tables"): _route_tables,
    ("ec2", "describe_security_group_rules"): _group_rules,
    ("ecr", "describe_repositories"): _named(
        "ecr", "describe_repositories", "repositoryNames[0]", "repositories", "repositoryName"
    ),
    ("ecr", "list_tags_for_resource"): _tags("resourceArn", lambda _arn, tags: {"tags": _pairs(tags)}),
    ("elbv2", "describe_load_balancers"): _named(
        "elbv2", "describe_load_balancers", "Names[0]", "LoadBalancers", "LoadBalancerName"
    ),
    ("elbv2", "describe_target_groups"): _named(
        "elbv2", "describe_target_groups", "Names[0]", "TargetGroups", "TargetGroupName"
    ),
    ("elbv2", "describe_tags"): _balancer_tags,
    ("iam", "get_policy"): _policy,
    ("iam", "get_policy_version"): _policy_version,
    ("iam", "get_role"): _role,
    ("iam", "list_attached_role_policies"): _attached,
    ("iam", "list_role_policies"): _inline,
    ("kms", "list_keys"): _keys,
    ("kms", "list_resource_tags"): _key_tags,
    ("logs", "describe_log_groups"): _log_groups,
    ("logs", "list_tags_for_resource"): _tags("resourceArn", lambda _arn, tags: {"tags": dict(tags)}),
    ("rds", "describe_db_instances"): _named(
        "rds", "describe_db_instances", "DBInstanceIdentifier", "DBInstances", "DBInstanceIdentifier"
    ),
    ("rds", "describe_db_parameter_groups"): _named(
        "rds", "describe_db_parameter_groups", "DBParameterGroupName", "DBParameterGroups", "DBParameterGroupName"
    ),
    ("rds", "describe_db_subnet_groups"): _named(
        "rds", "describe_db_subnet_groups", "DBSubnetGroupName", "DBSubnetGroups", "DBSubnetGroupName"
    ),
    ("rds", "list_tags_for_resource"): _tags("ResourceName", lambda _arn, tags: {"TagList": _pairs(tags)}),
    ("s3", "get_bucket_tagging"): _bucket_tags,
}
