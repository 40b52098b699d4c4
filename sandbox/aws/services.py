"""What is added to moto, service by service; importing a module registers its handlers and hooks."""

from sandbox.aws import (
    backup,
    balancers,
    cloudformation,
    cloudtrail,
    eks,
    gaps,
    iam_rules,
    images,
    kms,
    managed_policies,
    memoized,
    quotas,
    rds,
    simulate,
    small,
    sts,
    tagging,
)
from sandbox.aws.ec2 import dependencies, fast_tags, gateway_routes, slow

EXTENSIONS = (
    backup,
    balancers,
    cloudformation,
    cloudtrail,
    dependencies,
    eks,
    gateway_routes,
    iam_rules,
    images,
    kms,
    quotas,
    rds,
    simulate,
    small,
    sts,
    tagging,
)


def extend() -> None:
    """Change moto in place; harmless when repeated."""
    memoized.install()
    managed_policies.install()
    fast_tags.install()
    slow.install()
    gaps.install()
    rds.install()
    small.install()
    balancers.install()
