"""Finds the way to a customer's KMS key; implements `secrets_app.root_places.RootPlaces`."""

import re

from console.encryption.roots import AWS_KMS, Root
from console.kernel.errors import Invalid
from console.kernel.scope import Scope
from regions.models import Connection
from regions.spec import Cloud
from regions.states import ConnectionState

KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:(\d{12}):key/[A-Za-z0-9-]{1,64}")  # KMS API, KeyId


class RootKeyUnusable(Invalid):
    code = "root_key_unusable"
    title = "This key cannot be the root"


class ConnectedRootKeys:
    def root(self, scope: Scope, arn: str) -> Root:
        """The key, by the verified connection to its account. Raises RootKeyUnusable."""
        found = KEY_ARN.fullmatch(arn)
        if found is None:
            raise RootKeyUnusable(
                "This is not the ARN of a KMS key.",
                todo="Copy it from the key's page in AWS: arn:aws:kms:<region>:<account>:key/<id>.",
                field="arn",
            )
        account_id = found.group(1)
        connection = Connection.objects.visible_to(scope).to_account(Cloud.AWS, account_id).first()
        if connection is None or connection.state != ConnectionState.VERIFIED:
            raise RootKeyUnusable(
                f"There is no verified connection to account {account_id}, which the key is in.",
                todo="Connect and verify the account first.",
                field="arn",
            )
        return Root(AWS_KMS, place_of(connection, arn))


def place_of(connection: Connection, arn: str) -> dict[str, str]:
    return {
        "key": arn,
        "role": connection.role_arn,
        "external_id": connection.external_id,
        "connection": str(connection.id),
    }
