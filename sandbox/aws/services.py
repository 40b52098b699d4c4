"""What is added to moto, service by service; importing a module registers its handlers and hooks."""

from sandbox.aws import managed_policies, sts
from sandbox.aws.ec2 import fast_tags

EXTENSIONS = (sts,)


def extend() -> None:
    """Change moto in place; harmless when repeated."""
    managed_policies.install()
    fast_tags.install()
