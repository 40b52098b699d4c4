"""What is added to moto, service by service; importing a module registers its handlers and hooks."""

from sandbox.aws import cloudtrail, eks, iam_rules, kms, managed_policies, quotas, rds, simulate, small, sts
from sandbox.aws.ec2 import dependencies, fast_tags, slow

EXTENSIONS = (cloudtrail, dependencies, eks, iam_rules, kms, quotas, rds, simulate, small, sts)


def extend() -> None:
    """Change moto in place; harmless when repeated."""
    managed_policies.install()
    fast_tags.install()
    slow.install()
    rds.install()
    small.install()
