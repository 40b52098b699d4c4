"""The end of a connection: the deployment role is the customer's to delete, and we see that it is gone."""

from datetime import timedelta

from console.audit.actions import events as audit
from console.operations.handlers import handler
from console.operations.outcomes import Done, Halt, Outcome, Retry, Who
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import Category, CloudError
from regions.models import Connection
from regions.permissions.artefacts import artefact
from regions.states import ConnectionState
from regions.steps.verification_checks import provider_error
from regions.steps.verification_entry import entry_of

KIND = "verify-role-gone"
GONE = frozenset({"AccessDenied", "AccessDeniedException", "NoSuchEntity"})
"""STS says no more of a role that is not there; other refusals speak of the control plane's own keys."""


def steps() -> tuple[StepSpec, ...]:
    return (StepSpec("role-gone", "The deployment role is gone", "connection.role-gone"),)


@handler("connection.role-gone")
def role_gone(context: StepContext) -> Outcome:
    """Assuming the role must fail; while it works, the customer has still to delete it."""
    entry = entry_of(context)
    try:
        entry.enter()
    except CloudError as error:
        if error.code in GONE or error.category is Category.NOT_FOUND:
            return _revoked(context)
        message = f"AWS gives no clear answer ({error.code}); asking again."
        return Retry("CloudUnreachable", timedelta(seconds=5), message, provider=provider_error(error))
    identity, made = entry.identity, artefact(entry.connection.made_with)
    return Halt(
        "RoleStillThere",
        f"{identity.role_name} can still be assumed. Nothing of ours is left in account"
        f" {identity.account_id}: your cloud team deletes the {made.thing} {identity.stack_name}.",
        who=Who.CUSTOMER,
        fix=made.delete(identity, entry.region, made.file(identity)),
    )


def _revoked(context: StepContext) -> Outcome:
    with context.scope.entered():
        connection = Connection.objects.visible_to(context.scope).get(id=context.target_id)
        connection.state = ConnectionState.REVOKED
        connection.reason = "RoleGone"
        connection.message = "The role is gone: the control plane can no longer enter the account."
        connection.save(update_fields=["state", "reason", "message"])
        audit.record(context.scope, "connection:revoked", connection, reason="RoleGone")
    return Done("The role is gone; the connection is revoked.")
