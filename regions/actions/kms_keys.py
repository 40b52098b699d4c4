"""Finds the way to a customer's KMS keys; implements `secrets_app.root_places` and `secrets_app.signing_keys`."""

import re

from console.encryption.roots import AWS_KMS, Root
from console.kernel.errors import Invalid
from console.kernel.scope import Scope
from regions.models import Connection
from regions.spec import Cloud
from regions.states import ConnectionState

KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:(\d{12}):key/[A-Za-z0-9-]{1,64}")  # KMS API, KeyId


class KmsKeyUnusable(Invalid):
    code = "kms_key_unusable"
    title = "This key cannot be used"


class ConnectedKmsKeys:
    def root(self, scope: Scope, arn: str) -> Root:
        """Raises KmsKeyUnusable."""
        return Root(AWS_KMS, self.place(scope, arn))

    def place(self, scope: Scope, arn: str) -> dict[str, str]:
        """The key, by the verified connection to its account. Raises KmsKeyUnusable."""
        found = KEY_ARN.fullmatch(arn)
        if found is None:
            raise KmsKeyUnusable(
                "This is not the ARN of a KMS key.",
                todo="Copy it from the key's page in AWS: arn:aws:kms:<region>:<account>:key/<id>.",
                field="arn",
            )
        account_id = found.group(1)
        connection = Connection.objects.visible_to(scope).to_account(Cloud.AWS, account_id).first()
        if connection is None or connection.state != ConnectionState.VERIFIED:
            raise KmsKeyUnusable(
                f"There is no verified connection to account {account_id}, which the key is in.",
                todo="Connect and verify the account first.",
                field="arn",
            )
        return place_of(connection, arn)


def place_of(connection: Connection, arn: str) -> dict[str, str]:
    return {
        "key": arn,
        "role": connection.role_arn,
        "external_id": connection.external_id,
        "connection": str(connection.id),
    }
