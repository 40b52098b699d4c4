"""Services whose calls name their resource by one parameter; ``*`` when nothing is named."""

from collections.abc import Callable, Sequence
from typing import Any

from moto.kms.models import kms_backends

from sandbox.aws.requests import Call
from sandbox.aws.targets.linked import service_linked_role
from sandbox.aws.targets.need import (
    Need,
    arn,
    removed_tags,
    request_keys,
    request_tags,
    resource_keys,
)  # fmt: skip
from sandbox.aws.targets.tags import tags_of

# service -> (parameter, template of the ARN's last part); a value that is an ARN stands for itself.
NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "logs": (("logGroupName", "log-group:{}:log-stream:"), ("logGroupIdentifier", "log-group:{}:log-stream:"),
             ("resourceArn", "{}"), ("resourceIdentifier", "{}")),
    "ecr": (("repositoryName", "repository/{}"), ("resourceArn", "{}")),
    "secretsmanager": (("SecretId", "secret:{}"), ("Name", "secret:{}-??????")),
    "acm": (("CertificateArn", "{}"),),
    "elbv2": (("LoadBalancerArn", "{}"), ("TargetGroupArn", "{}"), ("ListenerArn", "{}"), ("RuleArn", "{}"),
              ("ResourceArns", "{}")),
    "cloudformation": (("StackName", "stack/{}/*"),),
    "autoscaling": (("AutoScalingGroupName", "autoScalingGroup:*:autoScalingGroupName/{}"),),
    "sns": (("TopicArn", "{}"), ("Name", "{}")),
    "sqs": (("QueueName", "{}"),),
    "dynamodb": (("TableName", "table/{}"), ("ResourceArn", "{}")),
    "guardduty": (("DetectorId", "detector/{}"),),
    "ssm": (("Name", "parameter/{}"),),
    "lambda": (("FunctionName", "function:{}"),),
    "cloudwatch": (("AlarmName", "alarm:{}"),),
    "cloudtrail": (("TrailName", "trail/{}"), ("Name", "trail/{}")),
    "events": (("Name", "rule/{}"), ("Rule", "rule/{}")),
    "servicediscovery": (),
}  # fmt: skip
TAG_ACTIONS = {
    "kms": "kms:TagResource", "logs": "logs:TagResource", "ecr": "ecr:TagResource",
    "secretsmanager": "secretsmanager:TagResource", "acm": "acm:AddTagsToCertificate",
    "elbv2": "elasticloadbalancing:AddTags",
}  # fmt: skip
PREFIXES = {
    "elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing", "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas", "stepfunctions": "states",
}  # fmt: skip
LISTINGS = ("Describe", "List", "Get")
DESCRIBED_ON_ANYTHING = ("elbv2", "autoscaling", "service-quotas", "cloudwatch", "cloudtrail")
ELB_CREATED = {
    "CreateLoadBalancer": "loadbalancer/{kind}/{name}/*", "CreateTargetGroup": "targetgroup/{name}/*",
}  # fmt: skip


def prefix(service: str) -> str:
    return PREFIXES.get(service, service)


def needs(call: Call) -> list[Need]:
    """The general case."""
    action = f"{prefix(call.service)}:{call.operation}"
    creates = call.operation.startswith(("Create", "Request", "Put", "Import", "Register"))
    tags, removed = request_tags(call.params), removed_tags(call.params)
    resources = _resources(call)
    found = []
    for resource in resources:
        held = resource_keys(tags_of(call, resource), prefix(call.service)) if resource != "*" else {}
        found.append(Need(action, resource, {**held, **request_keys(tags, removed)}))
    if creates and tags and call.service in TAG_ACTIONS:
        keys = {**request_keys(tags), f"{prefix(call.service)}:createaction": (call.operation,)}
        found.append(Need(TAG_ACTIONS[call.service], _created(call, resources[0]), keys))
    return [*found, *_dependents(call)]


def _created(call: Call, resource: str) -> str:
    if call.service == "logs":
        return resource.removesuffix(":log-stream:")
    return resource


def _resources(call: Call) -> list[str]:
    if call.service in DESCRIBED_ON_ANYTHING and call.operation.startswith(LISTINGS):
        return ["*"]
    if call.service == "elbv2" and call.operation in ELB_CREATED:
        kind = {"network": "net", "gateway": "gwy"}.get(str(call.params.get("Type")), "app")
        text = ELB_CREATED[call.operation].format(kind=kind, name=call.params.get("Name"))
        return [arn(call, "elasticloadbalancing", text)]
    if call.service == "logs" and call.operation == "DescribeLogGroups":
        return [arn(call, "logs", "log-group::log-stream:")]
    return _named(call) or ["*"]


def _named(call: Call) -> list[str]:
    for parameter, template in NAMED.get(call.service, ()):
        value = call.params.get(parameter)
        if value:
            values: Sequence[Any] = value if isinstance(value, list) else [value]
            return [_one(call, str(item), template) for item in values]
    return []


def _one(call: Call, value: str, template: str) -> str:
    return value if value.startswith("arn:") else arn(call, prefix(call.service), template.format(value))


def _dependents(call: Call) -> list[Need]:
    if call.service == "elbv2" and call.operation == "CreateLoadBalancer":
        service = "elasticloadbalancing.amazonaws.com"
        return service_linked_role(call, service, "AWSServiceRoleForElasticLoadBalancing")
    role = call.params.get("RoleARN") if call.service == "cloudformation" else None
    if role:
        return [Need("iam:PassRole", str(role), {"iam:passedtoservice": ("cloudformation.amazonaws.com",)})]
    return []


def kms(call: Call) -> list[Need]:
    """Keys and aliases; an alias is judged with the key behind it."""
    action = f"kms:{call.operation}"
    tags = request_tags(call.params)
    keys = request_keys(tags, removed_tags(call.params))
    identifier = str(call.params.get("KeyId") or call.params.get("TargetKeyId") or "")
    alias = call.params.get("AliasName")
    found = [Need(action, arn(call, "kms", str(alias)))] if alias else []
    resource = key_arn(call, identifier)
    if resource:
        held = resource_keys(tags_of(call, resource))
        found.append(
            Need(action, resource, {**held, **keys, **_of_key(call, resource), **_encryption_context(call)})
        )
    if not found:
        found = [Need(action, "*", keys)]
    if call.operation == "CreateKey" and tags:
        found.append(Need("kms:TagResource", "*", keys))
    return found


def _encryption_context(call: Call) -> dict[str, Sequence[str]]:
    """`kms:EncryptionContext:<key>` and `kms:EncryptionContextKeys`."""
    context = call.params.get("EncryptionContext") or {}
    keys: dict[str, Sequence[str]] = {
        f"kms:encryptioncontext:{name}".lower(): (str(value),) for name, value in context.items()
    }
    return {**keys, "kms:encryptioncontextkeys": tuple(context)} if context else {}


def key_arn(call: Call, identifier: str) -> str:
    """The ARN of the key that an id, an ARN or an alias names."""
    if identifier.startswith("arn:") and ":key/" in identifier:
        return identifier
    if not identifier:
        return ""
    backend = kms_backends[call.account][call.region]
    try:
        return str(backend.describe_key(identifier).arn)
    except Exception:  # noqa: BLE001 - moto raises several kinds; the call itself will say which
        return arn(call, "kms", f"key/{identifier}")


def _of_key(call: Call, resource: str) -> dict[str, Sequence[str]]:
    """What KMS says of a key that is there: its sort, and its aliases if it has any."""
    key = kms_backends[call.account][call.region].keys.get(resource.rpartition("/")[2])
    if key is None:
        return {}
    aliases = tuple(getattr(key, "aliases", None) or ())
    return {
        "kms:keyspec": (str(key.key_spec),),
        "kms:keyusage": (str(key.key_usage),),
        "kms:keyorigin": (str(key.origin),),
        "kms:multiregion": (str(bool(key.multi_region)).lower(),),
        **({"kms:resourcealiases": aliases} if aliases else {}),
    }


def route53(call: Call) -> list[Need]:
    action = f"route53:{call.operation}"
    if call.params.get("ResourceId"):
        kind, identifier = call.params.get("ResourceType", "hostedzone"), call.params["ResourceId"]
        return [Need(action, f"arn:aws:route53:::{kind}/{identifier}")]
    zone = call.params.get("HostedZoneId") or (call.params.get("Id") if call.operation != "GetChange" else None)
    if call.operation == "GetChange":
        return [Need(action, f"arn:aws:route53:::change/{_last(call.params.get('Id'))}")]
    found = [Need(action, f"arn:aws:route53:::hostedzone/{_last(zone)}" if zone else "*", _records(call))]
    if call.params.get("VPC"):
        found.append(Need("ec2:DescribeVpcs"))
    return found


def _last(value: object) -> str:
    return str(value).rpartition("/")[2]


def _records(call: Call) -> dict[str, Sequence[str]]:
    changes = (call.params.get("ChangeBatch") or {}).get("Changes") or []
    if not changes:
        return {}
    sets = [change.get("ResourceRecordSet", {}) for change in changes]
    return {
        "route53:changeresourcerecordsetsnormalizedrecordnames": [str(item.get("Name", "")).lower().rstrip(".")
                                                                  for item in sets],
        "route53:changeresourcerecordsetsrecordtypes": [str(item.get("Type")) for item in sets],
        "route53:changeresourcerecordsetsactions": [str(change.get("Action")) for change in changes],
    }  # fmt: skip


def sts(_call: Call) -> list[Need]:
    """Trust policies are judged apart, in ``sandbox.aws.sts``."""
    return []


SPECIAL: dict[str, Callable[[Call], list[Need]]] = {"kms": kms, "route53": route53, "sts": sts}
