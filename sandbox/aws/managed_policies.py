"""AWS's own managed policies: the ones a region and its people use, not all fifteen hundred."""

import json
from functools import cache
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend

from sandbox.aws.patching import replace

PREFIXES = ("AmazonEKS", "AmazonEC2ContainerRegistry", "AmazonSSM", "AmazonRDS", "AmazonEBSCSI", "AmazonS3",
            "AmazonVPC", "CloudWatch", "AWSLoadBalancer", "AmazonRoute53", "AWSKeyManagement",
            "AWSBackupServiceRolePolicy")  # fmt: skip
NAMES = ("AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "ViewOnlyAccess", "SecurityAudit",
         "IAMFullAccess", "IAMReadOnlyAccess", "SecretsManagerReadWrite", "AmazonEC2ReadOnlyAccess")  # fmt: skip


@cache
def _documents() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    every: dict[str, Any] = json.loads(aws_managed_policies_data)
    return {name: data for name, data in every.items() if name in NAMES or name.startswith(PREFIXES)}


def _policies(backend: IAMBackend) -> list[AWSManagedPolicy]:
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
        for name, data in _documents().items()
    ]


def install() -> None:
    replace(IAMBackend, "_init_aws_policies", _policies)
