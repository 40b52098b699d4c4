"""A customer with a cloud account, a verified connection to it, and keys of its own."""

import itertools
from typing import Any

from console.kernel.scope import Scope
from regions.actions import connections
from regions.clouds.aws.session import Session
from regions.models import Connection
from regions.states import ConnectionState
from tests.unit.clouds.front_door import FrontDoor

numbers = itertools.count(700000000000)


class Customer:
    """An account with a verified connection and a KMS key of its own."""

    def __init__(self, door: FrontDoor, scope: Scope) -> None:
        self.account_id = str(next(numbers))
        self.admin: Session = door.administrator(self.account_id, "eu-central-1")
        with scope.entered():
            self.connection = connections.for_account(scope=scope, cloud="aws", account_id=self.account_id)
            Connection.objects.filter(pk=self.connection.pk).update(state=ConnectionState.VERIFIED)
        self._run_stack()
        self.kms: Any = self.admin.client("kms")
        self.key = str(self.kms.create_key()["KeyMetadata"]["Arn"])

    def _run_stack(self) -> None:
        client = self.admin.client("cloudformation")
        name = connections.stack_name(self.connection)
        client.create_stack(
            StackName=name,
            TemplateBody=connections.template_text(self.connection),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.05})

    def signing_key(self, *, tagged: bool = True, spec: str = "ECC_NIST_P256") -> str:
        """ARN of an asymmetric key; the tag lets the connection's role use it."""
        tags = [{"TagKey": "byoc:connection", "TagValue": str(self.connection.id)}] if tagged else []
        made = self.kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY", Tags=tags)
        return str(made["KeyMetadata"]["Arn"])
