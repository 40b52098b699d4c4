"""What is added to moto, service by service; importing a module registers its handlers and hooks."""

from sandbox.aws import eks, managed_policies, quotas, sts
from sandbox.aws.ec2 import dependencies, fast_tags, slow

EXTENSIONS = (dependencies, eks, quotas, sts)


def extend() -> None:
    """Change moto in place; harmless when repeated."""
    managed_policies.install()
    fast_tags.install()
    slow.install()
