"""The way of one verification into one account."""

import re
from dataclasses import dataclass
from uuid import UUID

from console.operations.steps import StepContext
from regions.clouds.inspection import Inspector
from regions.models import Connection
from regions.permissions.identity import RoleIdentity
from regions.steps import doors
from regions.steps.verification_target import Target

UNFIT = re.compile(r"[^\w+=,.@-]")  # what STS takes in RoleSessionName and SourceIdentity


@dataclass(frozen=True, slots=True)
class Entry:
    connection: Connection
    identity: RoleIdentity
    target: Target
    session_name: str
    source_identity: str

    @property
    def region(self) -> str:
        return self.target.cloud_region

    def enter(self, *, external_id: str | None = None) -> Inspector:
        """Assume the role, with the connection's external id unless another is given. Raises CloudError."""
        return doors.way(self.connection.cloud).doors.enter(
            role_arn=self.identity.role_arn,
            external_id=self.connection.external_id if external_id is None else external_id,
            region=self.region,
            session_name=self.session_name,
            source_identity=self.source_identity,
            tags={"byoc:connection": self.identity.connection_id},
        )


def entry_of(context: StepContext) -> Entry:
    with context.scope.entered():
        connection = Connection.objects.visible_to(context.scope).get(id=UUID(context.target_id))
    return Entry(
        connection=connection,
        identity=identity_of(connection),
        target=Target.from_context(context.operation_context["target"]),
        session_name=_fit(context.request_id or f"byoc-{context.operation_id}"),
        source_identity=_fit(context.requested_by_id or "byoc-console"),
    )


def identity_of(connection: Connection) -> RoleIdentity:
    return RoleIdentity(
        account_id=connection.account_id,
        connection_id=str(connection.id),
        short=connection.short,
        external_id=connection.external_id,
        principal_arn=doors.way(connection.cloud).principal_arn,
    )


def _fit(text: str) -> str:
    return UNFIT.sub("-", text)[:64]
