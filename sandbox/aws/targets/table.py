"""Which module speaks for which service."""

from collections.abc import Callable

from sandbox.aws.requests import Call
from sandbox.aws.targets import backup, ec2, eks, iam, others, rds, s3
from sandbox.aws.targets.need import Need

TABLE: dict[str, Callable[[Call], list[Need]]] = {
    "backup": backup.needs,
    "ec2": ec2.needs,
    "eks": eks.needs,
    "iam": iam.needs,
    "rds": rds.needs,
    "s3": s3.needs,
    **others.SPECIAL,
}


def needs(call: Call) -> list[Need]:
    return TABLE.get(call.service, others.needs)(call)
