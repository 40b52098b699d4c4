"""Resource Groups Tagging: every kind of the sandbox that carries tags, as long as it lives."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.backends import get_backend
from moto.ec2.models import ec2_backends
from moto.route53.models import route53_backends
from moto.s3.models import s3_backends

from sandbox.aws.credentials import iam
from sandbox.aws.extensions import answers
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.ec2 import kind_of
from sandbox.aws.targets.iam import entity_tags
from sandbox.aws.targets.need import tag_pairs

GLOBAL_REGION = "us-east-1"
PAGE = 100
Found = Iterator[tuple[str, Mapping[str, str]]]


def tagged(account: str, region: str) -> Found:
    """ARNs and tags; global services answer in us-east-1, as AWS's do."""
    yield from _ec2(account, region)
    yield from _regional(account, region)
    yield from _eks(account, region)
    yield from _backups(account, region)
    yield from _buckets(account, region)
    if region == GLOBAL_REGION:
        yield from _iam(account)
        yield from _zones(account)


def _ec2(account: str, region: str) -> Found:
    backend: Any = ec2_backends[account][region]
    gone = {item.id for item in backend.nat_gateways.values() if item.state == "deleted"}
    gone |= {
        instance.id
        for reservation in backend.reservations.values()
        for instance in reservation.instances
        if instance.state == "terminated"
    }
    for identifier, tags in backend.tags.items():
        if tags and identifier not in gone and _exists(backend, identifier):
            yield f"arn:aws:ec2:{region}:{account}:{kind_of(identifier)}/{identifier}", tags


def _exists(backend: Any, identifier: str) -> bool:
    """moto keeps the tags of what was deleted."""
    shelves = {
        "vpc": backend.vpcs,
        "internet-gateway": backend.internet_gateways,
        "natgateway": backend.nat_gateways,
        "route-table": backend.route_tables,
        "network-interface": backend.enis,
        "vpc-endpoint": backend.vpc_end_points,
        "volume": backend.volumes,
        "launch-template": backend.launch_templates,
        "vpc-flow-log": backend.flow_logs,
    }
    kind = kind_of(identifier)
    if kind == "subnet":
        return any(identifier in zone for zone in backend.subnets.values())
    if kind == "security-group":
        return any(identifier in groups for groups in backend.groups.values())
    if kind == "security-group-rule":
        return identifier in _rules(backend)
    if kind == "elastic-ip":
        return any(item.allocation_id == identifier for item in backend.addresses)
    return identifier in shelves[kind] if kind in shelves else True


def _rules(backend: Any) -> set[str]:
    """Identifiers of the rules of every group that is there."""
    return {
        rule.id
        for groups in backend.groups.values()
        for group in groups.values()
        for rule in (*group.ingress_rules, *group.egress_rules)
    }


def _backend(name: str, account: str, region: str) -> Any:
    backends: Any = get_backend(name)  # type: ignore[call-overload]
    return backends[account][region]


def _regional(account: str, region: str) -> Found:
    rds = _backend("rds", account, region)
    for shelf in (rds.databases, rds.subnet_groups, rds.db_parameter_groups, rds.database_snapshots):
        yield from ((item.arn, tag_pairs(item.tags)) for item in shelf.values())
    elbv2 = _backend("elbv2", account, region)
    listeners = (arn for balancer in elbv2.load_balancers.values() for arn in balancer.listeners)
    for arn in (*elbv2.load_balancers, *elbv2.target_groups, *listeners):
        yield arn, elbv2.tagging_service.get_tag_dict_for_resource(arn)
    kms = _backend("kms", account, region)
    yield from ((item.arn, kms.tagger.get_tag_dict_for_resource(key)) for key, item in kms.keys.items())
    logs = _backend("logs", account, region)
    yield from ((item.arn, logs.tagger.get_tag_dict_for_resource(item.arn)) for item in logs.groups.values())
    ecr = _backend("ecr", account, region)
    yield from ((item.arn, ecr.tagger.get_tag_dict_for_resource(item.arn)) for item in ecr.repositories.values())
    secrets = _backend("secretsmanager", account, region)
    yield from ((item.arn, tag_pairs(item.tags)) for item in secrets.secrets.values())
    acm = _backend("acm", account, region)
    yield from ((arn, item.tags) for arn, item in acm._certificates.items())


def _eks(account: str, region: str) -> Found:
    for resource, tags in state().shelf("eks:tags").items():
        if resource.startswith(f"arn:aws:eks:{region}:{account}:"):
            yield resource, tags


def _backups(account: str, region: str) -> Found:
    for resource, tags in state().shelf("backup:tags").items():
        if resource.startswith(f"arn:aws:backup:{region}:{account}:"):
            yield resource, tags


def _buckets(account: str, region: str) -> Found:
    backend: Any = s3_backends[account]["aws"]
    for name, bucket in backend.buckets.items():
        if bucket.region_name == region:
            yield f"arn:aws:s3:::{name}", backend.tagger.get_tag_dict_for_resource(bucket.arn)


def _iam(account: str) -> Found:
    backend = iam(account)
    for shelf in (backend.roles, backend.instance_profiles, backend.open_id_providers):
        yield from ((item.arn, entity_tags(item)) for item in shelf.values())
    for arn, policy in backend.managed_policies.items():
        if not arn.startswith("arn:aws:iam::aws:"):
            yield arn, entity_tags(policy)


def _zones(account: str) -> Found:
    backend: Any = route53_backends[account]["aws"]
    for identifier in backend.zones:
        yield f"arn:aws:route53:::hostedzone/{identifier}", backend.resource_tags.get(identifier, {})


@answers("resourcegroupstaggingapi", "GetResources")
def get_resources(call: Call) -> Mapping[str, Any]:
    filters = call.params.get("TagFilters") or []
    kinds = call.params.get("ResourceTypeFilters") or []
    arns = call.params.get("ResourceARNList") or []
    found = [
        {
            "ResourceARN": arn,
            "Tags": [{"Key": key, "Value": str(value or "")} for key, value in tags.items()],
        }
        for arn, tags in tagged(call.account, call.region)
        if tags and _fits(tags, filters) and _of_kind(arn, kinds) and (not arns or arn in arns)
    ]
    start = int(call.params.get("PaginationToken") or 0)
    size = int(call.params.get("ResourcesPerPage") or PAGE)
    more = str(start + size) if start + size < len(found) else ""
    return {"PaginationToken": more, "ResourceTagMappingList": found[start : start + size]}


def _fits(tags: Mapping[str, str], filters: list[dict[str, Any]]) -> bool:
    for item in filters:
        values = item.get("Values") or []
        if item["Key"] not in tags or (values and tags[item["Key"]] not in values):
            return False
    return True


def _of_kind(arn: str, kinds: list[str]) -> bool:
    if not kinds:
        return True
    parts = arn.split(":", 5)
    kind = f"{parts[2]}:{parts[5].replace('/', ':').split(':')[0]}"
    return kind in kinds or parts[2] in kinds


@answers("resourcegroupstaggingapi", "GetTagKeys")
def get_tag_keys(call: Call) -> Mapping[str, Any]:
    return {"TagKeys": sorted({key for _, tags in tagged(call.account, call.region) for key in tags})}


@answers("resourcegroupstaggingapi", "GetTagValues")
def get_tag_values(call: Call) -> Mapping[str, Any]:
    wanted = str(call.params.get("Key"))
    found = {str(tags[wanted]) for _, tags in tagged(call.account, call.region) if wanted in tags}
    return {"TagValues": sorted(found)}
