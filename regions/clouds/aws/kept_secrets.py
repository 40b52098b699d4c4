"""What AWS keeps for the customer: secrets of Secrets Manager, looked at by name, and RDS's master password."""

from dataclasses import dataclass

from regions.clouds.aws.calls import call
from regions.clouds.aws.session import Session
from regions.clouds.stores import KeptSecret


@dataclass(frozen=True, slots=True)
class AwsKeptSecrets:
    """Every method raises CloudError. No value is ever asked for."""

    session: Session

    def describe(self, arn: str) -> KeptSecret:
        found = call(self.session, "secretsmanager", "describe_secret", {"SecretId": arn})
        changed = found.get("LastChangedDate") or found.get("CreatedDate")
        return KeptSecret(str(found["Name"]), changed, bool(found.get("DeletedDate")))

    def rotate_master_password(self, database: str) -> None:
        """RDS makes a new password, sets it in the database and puts it into its own secret."""
        request = {"DBInstanceIdentifier": database, "RotateMasterUserPassword": True, "ApplyImmediately": True}
        call(self.session, "rds", "modify_db_instance", request)

    def master_password_state(self, database: str) -> str:
        """`active`, `rotating`, `creating` or `impaired` (RDS, MasterUserSecret); empty where RDS manages none."""
        answer = call(self.session, "rds", "describe_db_instances", {"DBInstanceIdentifier": database})
        secret = answer["DBInstances"][0].get("MasterUserSecret") or {}
        return str(secret.get("SecretStatus", ""))
