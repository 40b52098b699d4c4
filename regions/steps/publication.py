"""Publishing a connection's template, so that a link opens the customer's AWS console with the stack filled in."""

import hashlib
from datetime import timedelta

from console.operations.handlers import handler
from console.operations.outcomes import Done, Outcome, Retry
from console.operations.steps import StepContext, StepSpec
from regions.clouds.errors import CloudError
from regions.models import Connection
from regions.permissions.bundle import current
from regions.permissions.cloudformation import template
from regions.spec import Cloud
from regions.steps import doors
from regions.steps.verification_checks import provider_error
from regions.steps.verification_entry import identity_of

KIND = "publish-template"
TRIES = 3


def possible(connection: Connection) -> bool:
    return (
        connection.cloud == Cloud.AWS
        and doors.bound(connection.cloud)
        and bool(doors.way(connection.cloud).templates)
    )


def steps() -> tuple[StepSpec, ...]:
    return (StepSpec("publish", "Publish the template", "connection.publish"),)


@handler("connection.publish")
def publish(context: StepContext) -> Outcome:
    """The link is a convenience: where it cannot be made, the template is still there to download."""
    with context.scope.entered():
        connection = Connection.objects.visible_to(context.scope).get(id=context.target_id)
    templates = doors.way(connection.cloud).templates
    if templates is None:
        return Done("No bucket for templates is set up; the template is offered as a download.")
    body = template(current(), identity_of(connection))
    try:
        url = templates.publish(_key(connection, body), body)
    except CloudError as error:
        if context.attempt < TRIES:
            message = "The bucket did not take the template; trying again."
            return Retry("NotPublished", timedelta(seconds=2), message, provider=provider_error(error))
        return Done(f"The bucket did not take the template ({error.code}); it is offered as a download.")
    with context.scope.entered():
        Connection.objects.visible_to(context.scope).filter(id=connection.id).update(
            template_url=url, template_version=current().stack_version
        )
    return Done("The template is published.")


def _key(connection: Connection, body: str) -> str:
    """Nobody guesses it: the body holds the external id."""
    return f"connections/{connection.id}/{hashlib.sha256(body.encode()).hexdigest()[:32]}.yaml"
