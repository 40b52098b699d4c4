"""Looks at secrets that the customer keeps in its own cloud; implements `secrets_app.ports.References`."""

from console.kernel.scope import Scope
from regions.clouds.errors import Category, CloudError
from regions.clouds.stores import KeptSecret
from regions.models import Connection
from regions.spec import Cloud
from regions.states import Verdict
from regions.steps import stores
from regions.steps.region_bucket import sentence
from secrets_app.ports import Found

CONNECTION_TAG = "byoc:connection"


class ExternalSecrets:
    def look(self, scope: Scope, provider: str, reference: str) -> Found:
        """Ask Secrets Manager about the ARN, through the connection to its account."""
        _, _, _, cloud_region, account_id, *_ = reference.split(":")
        with scope.entered():
            connection = Connection.objects.visible_to(scope).to_account(provider, account_id).first()
        if connection is None:
            message = f"There is no connection to account {account_id}, so nobody can look."
            return Found(Verdict.CANNOT_TELL, f"{message} Onboard a region there, or check the ARN.")
        entry = stores.entry_to(connection, cloud_region)
        try:
            return _judged(stores.stores_of(Cloud(provider)).kept_secrets(entry).describe(reference))
        except CloudError as error:
            return _refused(error, reference, connection)


def _judged(kept: KeptSecret) -> Found:
    if kept.is_going:
        return Found(Verdict.REFUSED, f"{kept.name} is scheduled for deletion in Secrets Manager.")
    changed = f", changed {kept.changed_at:%-d %b %Y}" if kept.changed_at else ""
    return Found(Verdict.PASS, f"{kept.name} is there{changed}. Its value was not read.")


def _refused(error: CloudError, reference: str, connection: Connection) -> Found:
    if error.category is Category.NOT_FOUND:
        return Found(Verdict.REFUSED, f"Secrets Manager knows no such secret ({error.code}).")
    if error.category is Category.REFUSED and error.operation == "secretsmanager:DescribeSecret":
        command = (
            f"aws secretsmanager tag-resource --secret-id {reference} "
            f"--tags Key={CONNECTION_TAG},Value={connection.id}"
        )
        return Found(
            Verdict.REFUSED,
            f"The console may look only at secrets that carry its tag ({error.code}). "
            f"Your cloud team allows this one: {command}",
        )
    return Found(Verdict.CANNOT_TELL, sentence(error))
