"""Connections: drafted for a cloud account, verified, revoked."""

import secrets
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from console.audit.actions import events as audit
from console.encryption import rotation as rotating
from console.kernel.clock import now
from console.kernel.errors import Conflict, Invalid, NotFound
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions.actions.verification_targets import target_of
from regions.models import Connection, Region
from regions.permissions.artefacts import ARTEFACTS, CLOUDFORMATION
from regions.permissions.bundle import current
from regions.spec import Cloud
from regions.states import ConnectionState
from regions.steps import departure, publication, verification
from regions.steps.verification_entry import identity_of

EXTERNAL_ID_BYTES = 24  # 192 bits; STS allows 2 to 1,224 characters of [\w+=,.@:\/-]


class ConnectionUnknown(NotFound):
    code = "connection_unknown"


class CloudNotAvailable(Invalid):
    code = "cloud_not_available"
    title = "This cloud cannot be connected yet"


class ConnectionInUse(Conflict):
    code = "connection_in_use"
    title = "The connection is in use"


class NameNotTyped(Invalid):
    code = "name_not_typed"


class ArtefactUnknown(NotFound):
    code = "artefact_unknown"


class NoTemplateBucket(Conflict):
    code = "no_template_bucket"
    title = "No bucket for templates is set up"


def for_account(*, scope: Scope, cloud: str, account_id: str) -> Connection:
    """Return the organization's connection to a cloud account, drafted now when there is none.

    Regions of one account share one connection. Two people at once get the same one.
    """
    found = Connection.objects.visible_to(scope).to_account(cloud, account_id).first()
    return found or _drafted(scope, cloud, account_id)


def _drafted(scope: Scope, cloud: str, account_id: str) -> Connection:
    connection = Connection(
        org_id=scope.org_id,
        name=f"{cloud}-{account_id}",
        cloud=cloud,
        account_id=account_id,
        external_id=secrets.token_urlsafe(EXTERNAL_ID_BYTES),
        created_by=scope.actor.label,
    )
    try:
        with transaction.atomic():
            connection.save(force_insert=True)
    except IntegrityError:
        return Connection.objects.visible_to(scope).to_account(cloud, account_id).get()
    audit.record(scope, "connection:drafted", connection, cloud=cloud, account_id=account_id)
    if publication.possible(connection):
        _publish(scope, connection)
    return connection


def get(*, scope: Scope, connection_id: UUID) -> Connection:
    """Raises ConnectionUnknown."""
    found = Connection.objects.visible_to(scope).filter(id=connection_id).first()
    if found is None:
        raise ConnectionUnknown("There is no such connection.", todo="Choose one from the list of connections.")
    return found


@transaction.atomic
def verify(*, scope: Scope, connection: Connection) -> Operation:
    """Start asking the cloud account everything again.

    Raises Refused, CloudNotAvailable, and OperationGoingOn while another operation works on the connection.
    """
    scope.require(Permission.CONNECTION_MANAGE)
    _require_aws(connection)
    operation = operations.start(
        scope=scope,
        kind=verification.KIND,
        title=f"Verify connection {connection.name}",
        target=connection,
        steps=verification.steps(),
        context=_verification_context(scope, connection),
    )
    connection.state = ConnectionState.VERIFYING
    connection.reason, connection.message = "", ""
    connection.save(update_fields=["state", "reason", "message"])
    audit.record(scope.during(operation.id), "connection:verification-started", connection)
    return operation


def _verification_context(scope: Scope, connection: Connection) -> dict[str, Any]:
    return {
        "began_at": now().isoformat(),
        "earlier_state": _settled(connection),
        "target": target_of(scope=scope, connection=connection).to_context(),
    }


def _settled(connection: Connection) -> str:
    """The state to go back to when nothing is learnt."""
    verifying = connection.state == ConnectionState.VERIFYING
    return ConnectionState.DRAFT.value if verifying else str(connection.state)


def _require_aws(connection: Connection) -> None:
    if connection.cloud != Cloud.AWS:
        raise CloudNotAvailable(
            f"{Cloud(connection.cloud).name} accounts cannot be connected yet.",
            todo="Choose AWS in the questionnaire, or ask your solution architect for a date.",
        )


@transaction.atomic
def publish(*, scope: Scope, connection: Connection) -> Operation:
    """Put the template where the customer's cloud can read it, for the quick-create link.

    Raises Refused, CloudNotAvailable, NoTemplateBucket and OperationGoingOn.
    """
    scope.require(Permission.CONNECTION_MANAGE)
    _require_aws(connection)
    if not publication.possible(connection):
        raise NoTemplateBucket(
            "There is no bucket to put the template in.",
            todo="Download the template and create the stack from it.",
        )
    return _publish(scope, connection)


def _publish(scope: Scope, connection: Connection) -> Operation:
    return operations.start(
        scope=scope,
        kind=publication.KIND,
        title=f"Publish the template of {connection.name}",
        target=connection,
        steps=publication.steps(),
    )


@transaction.atomic
def revoke(*, scope: Scope, connection: Connection, typed: str) -> Connection:
    """Stop using the connection; `typed` is its name, typed by the person.

    Raises Refused, NameNotTyped, and ConnectionInUse while regions stand on it.
    """
    scope.require(Permission.CONNECTION_MANAGE)
    if typed != connection.name:
        raise NameNotTyped(f"Type {connection.name} to revoke it.", field="typed")
    _require_unused(scope, connection)
    _require_no_root_key(scope, connection)
    connection.state = ConnectionState.REVOKED
    connection.reason = "RevokedHere"
    connection.message = (
        f"Revoked by {scope.actor.label}. The role still exists until your cloud team deletes the stack."
    )
    connection.save(update_fields=["state", "reason", "message"])
    audit.record(scope, "connection:revoked", connection)
    return connection


def _require_no_root_key(scope: Scope, connection: Connection) -> None:
    if str(connection.id) in {root.place.get("connection") for root in rotating.roots_of(scope.org_id)}:
        raise ConnectionInUse(
            f"The organization's keys are wrapped by a KMS key that is reached through {connection.name}.",
            todo="Move the keys to another root first, under Keys.",
        )


def _require_unused(scope: Scope, connection: Connection) -> None:
    there = Region.objects.visible_to(scope).present().filter(connection=connection)
    if names := [region.name for region in there]:
        raise ConnectionInUse(
            f"{', '.join(names)} cannot be run without {connection.name}.",
            todo="Deprovision these regions first.",
        )


@transaction.atomic
def verify_role_gone(*, scope: Scope, connection: Connection) -> Operation:
    """Once its last region is gone: see that the customer has deleted the role; the connection is then revoked.

    Raises Refused, CloudNotAvailable, ConnectionInUse while regions stand on it, and OperationGoingOn.
    """
    scope.require(Permission.CONNECTION_MANAGE)
    _require_aws(connection)
    _require_unused(scope, connection)
    return operations.start(
        scope=scope,
        kind=departure.KIND,
        title=f"See that the role of {connection.name} is gone",
        target=connection,
        steps=departure.steps(),
        context={"target": target_of(scope=scope, connection=connection).to_context()},
    )


def artefact_of(connection: Connection, name: str) -> tuple[str, str]:
    """What makes the connection's role, by the name of the way: the file's name and its text.

    Raises ArtefactUnknown.
    """
    made = ARTEFACTS.get(name)
    if made is None:
        raise ArtefactUnknown("There is no such way to make the role.", todo=f"Choose {', '.join(ARTEFACTS)}.")
    identity = identity_of(connection)
    return made.file(identity), made.text(current(), identity)


def template_text(connection: Connection) -> str:
    """The CloudFormation template of the connection, in YAML."""
    return artefact_of(connection, CLOUDFORMATION.name)[1]


def stack_name(connection: Connection) -> str:
    return identity_of(connection).stack_name
