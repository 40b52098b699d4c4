"""Proof that somebody may act inside one organization; passed, never ambient."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID

from django.db import connection, transaction

from console.kernel.errors import Refused
from console.kernel.permissions import Permission


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105  a kind of actor, not a password
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: str
    label: str
    """A name for people: "Alice Berg", "token ci-deploy", "the console"."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One actor in one organization, with what it may do there."""

    org_id: UUID
    actor: Actor
    permissions: frozenset[Permission]
    request_id: str = ""
    source_ip: str = ""
    user_agent: str = ""
    operation_id: UUID | None = None
    session_id: str = ""
    """A fingerprint of the session, never its key."""
    authentication: str = ""
    """How the actor proved who they are: `password+totp`, `token`, `system`."""
    engagement_id: UUID | None = None
    """Of the vendor's staff: the grant by which they see the organization."""
    source: str = ""
    """The door through which the act came: `web`, `api`, `worker`; empty for commands of the console."""

    def allows(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Refused unless the scope carries the permission."""
        if permission not in self.permissions:
            raise Refused(
                f"{self.actor.label} may not do this: it needs the permission {permission.value}.",
                todo="An owner of the organization can grant it under Access.",
            )

    def during(self, operation_id: UUID) -> Self:
        return replace(self, operation_id=operation_id)

    @contextmanager
    def entered(self) -> Iterator[Self]:
        """Open a transaction in which PostgreSQL shows this organization's rows alone."""
        with transaction.atomic(), _local_setting("byoc.org_id", str(self.org_id)):
            yield self


CONSOLE = Actor(ActorKind.SYSTEM, "console", "BYOC Console")
"""Who acts where no person asked: schedules, sweeps, the platform's own keys."""


def of_console(
    org_id: UUID, *, actor: Actor = CONSOLE, request_id: str = "", operation_id: UUID | None = None
) -> Scope:
    """The console itself, acting in one organization; its own acts need no permission."""
    return Scope(
        org_id, actor, frozenset(), request_id=request_id, operation_id=operation_id,
        authentication="system", source="worker",
    )  # fmt: skip


@contextmanager
def as_user(user_id: UUID) -> Iterator[None]:
    """Open a transaction in which a person sees their own memberships, across organizations."""
    with transaction.atomic(), _local_setting("byoc.user_id", str(user_id)):
        yield


@contextmanager
def as_holder(digest: str) -> Iterator[None]:
    """Open a transaction in which the holder of a token or an invitation sees its one row, by SHA-256 digest."""
    with transaction.atomic(), _local_setting("byoc.token_digest", digest):
        yield


@contextmanager
def as_staff() -> Iterator[None]:
    """Open a transaction in which the vendor's admin site may read tables marked for staff."""
    with transaction.atomic(), _local_setting("byoc.staff", "on"):
        yield


@contextmanager
def _local_setting(name: str, value: str) -> Iterator[None]:
    """Set a PostgreSQL setting until the block ends, then give it its earlier value back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)", [name, name, value]
        )
        earlier = cursor.fetchone()[0]
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, earlier])
