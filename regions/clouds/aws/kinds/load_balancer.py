"""Network load balancer with its target group and listener; tags are read apart."""

from typing import Any

from regions.clouds.aws.guards import Action, Guard, reads
from regions.clouds.aws.named import on, regional, service_linked
from regions.clouds.aws.subject import Subject
from regions.clouds.aws.table import (
    ARN,
    TAGS,
    UNORDERED,
    Call,
    Change,
    Field,
    Form,
    Kind,
    Lookup,
    Raw,
    Read,
    States,
    Tagging,
    Wanted,
    pairs,
)
from regions.clouds.errors import Category, CloudError

CERTIFICATE_FROM = "byoc.akka.io/certificate-from"
_BALANCERS = regional("elasticloadbalancing", "loadbalancer/net/byoc-*")
_GROUPS = regional("elasticloadbalancing", "targetgroup/byoc-*")
_LISTENERS = regional("elasticloadbalancing", "listener/net/byoc-*")
_TAGS = Read("describe_tags", {"ResourceArns": [ARN]}, "TagDescriptions[0].Tags", "Tags")
_TAGGING = Tagging(
    seen="Tags",
    sent="Tags",
    shape=pairs(),
    change=Call("add_tags", {"ResourceArns": [ARN], "Tags": TAGS}),
)


def _scheme(internal: Any) -> Any:
    return internal if isinstance(internal, str) else "internal" if internal else "internet-facing"


def _text(value: Any) -> str:
    return str(value).lower()


def _attribute(path: str, key: str) -> Field:
    return Field(
        path,
        f"Attributes[?Key=='{key}'].Value | [0]",
        change="attributes",
        changed="Attributes.0",
        form=Form(normal=_text, sent=lambda value: {"Key": key, "Value": _text(value)}),
    )


BALANCER = Kind(
    name="LB",
    service="elbv2",
    lookup=Lookup(
        "describe_load_balancers",
        {"Names": [Wanted("name")]},
        "LoadBalancers",
        also=(
            _TAGS,
            Read("describe_load_balancer_attributes", {"LoadBalancerArn": ARN}, "Attributes", "Attributes"),
        ),
    ),
    id="LoadBalancerArn",
    arn="LoadBalancerArn",
    create=Call("create_load_balancer", {"Name": Wanted("name")}),
    created_id="LoadBalancers[0].LoadBalancerArn",
    fields=(
        Field("loadBalancerType", "Type", sent="Type"),
        Field("internal", "Scheme", sent="Scheme", form=Form(normal=_scheme, sent=_scheme)),
        Field("subnets", "AvailabilityZones[].SubnetId", sent="Subnets", form=UNORDERED),
        Field(
            "securityGroups",
            "SecurityGroups",
            sent="SecurityGroups",
            change="groups",
            form=UNORDERED,
        ),
        _attribute("enableCrossZoneLoadBalancing", "load_balancing.cross_zone.enabled"),
        _attribute("enableDeletionProtection", "deletion_protection.enabled"),
    ),
    changes={
        "groups": Change("set_security_groups", {"LoadBalancerArn": ARN}),
        "attributes": Change(
            "modify_load_balancer_attributes", {"LoadBalancerArn": ARN}, single=True, after_create=True
        ),
    },
    delete=(Call("delete_load_balancer", {"LoadBalancerArn": ARN}),),
    states=States(
        "State.Code",
        ready=frozenset({"active", "active_impaired"}),
        failed=frozenset({"failed"}),
        message="State.Reason",
    ),
    tagging=_TAGGING,
    facts=("LoadBalancerName", "DNSName", "CanonicalHostedZoneId", "Scheme", "AvailabilityZones"),
    actions=(
        *reads(
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeTags",
        ),
        Action("elasticloadbalancing:CreateLoadBalancer", _BALANCERS, Guard.REQUEST_TAG),
        Action("elasticloadbalancing:AddTags", _BALANCERS, Guard.REQUEST_TAG),
        *on(
            (
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:SetSecurityGroups",
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:DeleteLoadBalancer",
            ),
            _BALANCERS,
            Guard.RESOURCE_TAG,
        ),
        service_linked("elasticloadbalancing.amazonaws.com"),
    ),
)

TARGETS = Kind(
    name="LBTargetGroup",
    service="elbv2",
    lookup=Lookup("describe_target_groups", {"Names": [Wanted("name")]}, "TargetGroups", also=(_TAGS,)),
    id="TargetGroupArn",
    arn="TargetGroupArn",
    create=Call("create_target_group", {"Name": Wanted("name")}),
    fields=(
        Field("port", "Port", sent="Port"),
        Field("protocol", "Protocol", sent="Protocol"),
        Field("targetType", "TargetType", sent="TargetType"),
        Field("vpcId", "VpcId", sent="VpcId"),
        Field("healthCheck.protocol", "HealthCheckProtocol", sent="HealthCheckProtocol", change="health"),
        Field("healthCheck.port", "HealthCheckPort", sent="HealthCheckPort", change="health"),
        Field(
            "healthCheck.interval",
            "HealthCheckIntervalSeconds",
            sent="HealthCheckIntervalSeconds",
            change="health",
        ),
    ),
    changes={"health": Change("modify_target_group", {"TargetGroupArn": ARN})},
    delete=(Call("delete_target_group", {"TargetGroupArn": ARN}),),
    tagging=_TAGGING,
    facts=("TargetGroupName", "Port", "Protocol", "TargetType"),
    actions=(
        *reads("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTags"),
        Action("elasticloadbalancing:CreateTargetGroup", _GROUPS, Guard.REQUEST_TAG),
        Action("elasticloadbalancing:AddTags", _GROUPS, Guard.REQUEST_TAG),
        *on(
            (
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:ModifyTargetGroup",
                "elasticloadbalancing:DeleteTargetGroup",
            ),
            _GROUPS,
            Guard.RESOURCE_TAG,
        ),
    ),
)


def _find_listener(subject: Subject) -> Raw | None:
    """By its tags among the balancer's listeners: the port may be what changed."""
    balancer = subject.wanted("loadBalancerArn", refers="arn")
    listeners = subject.ask("describe_listeners", {"LoadBalancerArn": balancer})["Listeners"]
    by_arn = {one["ListenerArn"]: one for one in listeners}
    if not by_arn:
        return None
    described = subject.ask("describe_tags", {"ResourceArns": sorted(by_arn)})["TagDescriptions"]
    ours = [{**by_arn[one["ResourceArn"]], "Tags": one["Tags"]} for one in described if subject.is_ours(one)]
    return subject.pick(ours)


_FORWARD = {"DefaultActions.0.Type": "forward"}


def _certificate(subject: Subject) -> str | None:
    """ACM invents the ARN: the manifest names the certificate's manifest (annotation)."""
    name = subject.manifest.annotations.get(CERTIFICATE_FROM)
    return subject.account.resolve(name, "arn") if name else None


def _issued(subject: Subject) -> None:
    """A load balancer takes no certificate before it is issued."""
    name = subject.manifest.annotations.get(CERTIFICATE_FROM)
    if not name:
        return
    status = (subject.account.subject(name).locate() or {}).get("Status", "not there")
    if status != "ISSUED":
        raise CloudError(
            code="CertificateNotIssued",
            status=409,
            message=f"The certificate is {status}: AWS issues it once the region's zone is delegated and answers "
            "with the record that proves it.",
            operation="acm:DescribeCertificate",
            request_id="",
            category=Category.CONFLICT,
        )


LISTENER = Kind(
    name="LBListener",
    service="elbv2",
    lookup=None,
    find=_find_listener,
    id="ListenerArn",
    arn="ListenerArn",
    before_create=_issued,
    create=Call("create_listener", {"LoadBalancerArn": Wanted("loadBalancerArn", refers="arn"), **_FORWARD}),
    fields=(
        Field("port", "Port", sent="Port", change="listener"),
        Field("protocol", "Protocol", sent="Protocol", change="listener"),
        Field("sslPolicy", "SslPolicy", sent="SslPolicy", change="listener"),
        Field(
            "certificateArn",
            "Certificates[0].CertificateArn",
            sent="Certificates.0.CertificateArn",
            change="listener",
            computed=_certificate,
        ),
        Field(
            "defaultAction.0.targetGroupArn",
            "DefaultActions[0].TargetGroupArn",
            sent="DefaultActions.0.TargetGroupArn",
            change="listener",
            refers="arn",
        ),
    ),
    changes={"listener": Change("modify_listener", {"ListenerArn": ARN, **_FORWARD}, whole=True)},
    delete=(Call("delete_listener", {"ListenerArn": ARN}),),
    tagging=_TAGGING,
    facts=("Port", "Protocol"),
    actions=(
        *reads("elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeTags"),
        Action("elasticloadbalancing:CreateListener", _BALANCERS, Guard.RESOURCE_TAG),
        Action("elasticloadbalancing:AddTags", (*_LISTENERS, *_BALANCERS), Guard.REQUEST_TAG),
        *on(
            (
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:ModifyListener",
                "elasticloadbalancing:DeleteListener",
            ),
            _LISTENERS,
            Guard.RESOURCE_TAG,
        ),
    ),
)
