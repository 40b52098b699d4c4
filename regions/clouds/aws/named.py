"""Actions on resources whose names are ours: confined by ARN pattern, and by tags where AWS can."""

from regions.clouds.aws.guards import Action, Guard


def on(names: tuple[str, ...], resources: tuple[str, ...], guard: Guard = Guard.ANY) -> tuple[Action, ...]:
    return tuple(Action(name, resources, guard) for name in names)


def regional(service: str, *resources: str) -> tuple[str, ...]:
    return tuple(f"arn:aws:{service}:{{region}}:{{account}}:{resource}" for resource in resources)


def iam(*resources: str) -> tuple[str, ...]:
    return tuple(f"arn:aws:iam::{{account}}:{resource}" for resource in resources)


ROLES = iam("role/byoc/*")
ANY_ROLES = (*ROLES, *iam("role/byoc-*"))
"""For reads: IAM does not know the path of a role that is not there, and judges its bare name."""
POLICIES = iam("policy/byoc/*")
BUCKETS = ("arn:aws:s3:::byoc-*",)
OBJECTS = ("arn:aws:s3:::byoc-*/*",)
KEYS = regional("kms", "key/*")
ALIASES = regional("kms", "alias/byoc-*")


def service_linked(service: str) -> Action:
    """The first use of a service in an account makes its role, in the caller's name."""
    return Action(
        "iam:CreateServiceLinkedRole",
        iam(f"role/aws-service-role/{service}/*"),
        Guard.SERVICE_LINKED,
        service,
    )


def passed(service: str) -> Action:
    return Action("iam:PassRole", ROLES, Guard.PASSED_TO, service)


def key_use() -> tuple[Action, ...]:
    """A service that encrypts with a key asks KMS in the caller's name."""
    return (Action("kms:DescribeKey"), Action("kms:CreateGrant", KEYS, Guard.FOR_AWS_RESOURCE))
