"""The roles of the BYOC technical overview: which services and verbs each is given, and what goes beyond."""

from collections.abc import Mapping
from dataclasses import dataclass

from regions.clouds.aws.verbs import Verb
from regions.spec import RoleName

SERVICES: Mapping[str, str] = {
    "ec2": "EC2",
    "eks": "EKS",
    "iam": "IAM",
    "kms": "KMS",
    "logs": "CloudWatch Logs",
    "rds": "RDS",
    "route53": "Route 53",
    "s3": "S3",
    "secretsmanager": "Secrets Manager",
    "sts": "STS",
}
"""Services the document names, by IAM prefix."""

BEYOND: Mapping[str, tuple[str, str]] = {
    "ecr": ("ECR", "The overview gives each region an image repository, but its table of roles leaves ECR out."),
    "elasticloadbalancing": (
        "Load balancing",
        "The overview provisions load balancers, but its table of roles leaves their service out.",
    ),
    "servicequotas": (
        "Service Quotas",
        "Read only: to say before anything is created whether the account's quotas hold the region.",
    ),
    "cloudtrail": (
        "CloudTrail",
        "Read only: to say who changed a resource behind the console's back, and whether a trail is kept.",
    ),
    "config": ("AWS Config", "Read only: to show whether your account records changes."),
    "guardduty": ("GuardDuty", "Read only: to show whether your account watches for threats."),
    "tag": ("Tagging", "Read only: to find what an earlier try left behind."),
    "autoscaling": ("Auto Scaling", "EKS node groups are auto scaling groups; read only."),
    "backup": ("AWS Backup", "The overview promises backups, but its table of roles leaves their service out."),
    "acm": ("Certificate Manager", "The APIs of a region present publicly trusted certificates."),
    "cloudwatch": ("CloudWatch", "Read only: to watch the quotas and the load of a region."),
}
"""Services we ask for beyond the document: title, and why."""

ALL = frozenset(Verb)


@dataclass(frozen=True, slots=True)
class RoleScope:
    title: str
    short: str
    verbs: frozenset[Verb]
    without: frozenset[str] = frozenset()
    """Services of the document that this role does not get."""

    def grants(self, service: str, verb: Verb) -> bool:
        return service in SERVICES and service not in self.without and verb in self.verbs


NO_SECRETS = frozenset({"secretsmanager"})
ROLES: Mapping[RoleName, RoleScope] = {
    RoleName.DEPLOYMENT: RoleScope("Deployment", "Deployment", ALL),
    RoleName.LIMITED_ADMIN: RoleScope("Limited Administrator", "Limited Admin", ALL),
    RoleName.ELEVATED: RoleScope("Elevated Operations", "Elevated", ALL - {Verb.DELETE}, NO_SECRETS),
    RoleName.READ_ONLY: RoleScope("Read-Only Operations", "Read-Only", frozenset({Verb.READ}), NO_SECRETS),
}
"""In the order of the grid's columns."""


def service_title(service: str) -> str:
    return SERVICES.get(service) or BEYOND.get(service, (service, ""))[0]


def beyond_reason(service: str) -> str:
    """Why we ask for a service the document does not name; empty for those it does."""
    if service in SERVICES:
        return ""
    return BEYOND.get(service, ("", "The technical overview does not name this service."))[1]
