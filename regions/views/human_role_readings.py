"""What the page of roles for people shows, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions import bundles
from regions.clouds.aws import people
from regions.clouds.aws.people_catalogue import catalogue
from regions.clouds.aws.verbs import service_of
from regions.models import BundleVersion, CheckGroup, Connection, ConnectionCheck, Region
from regions.permissions.document import ROLES as DOCUMENTED
from regions.permissions.document import service_title
from regions.permissions.human_roles import ROLES, SOMEWHERE, RoleChange, difference
from regions.spec import RoleName, Tailoring, UseCaseRole

SHOWN = 20
"""Versions listed."""
ACCESS = {RoleName.READ_ONLY: "view", RoleName.ELEVATED: "edit", RoleName.LIMITED_ADMIN: "cluster admin"}


@dataclass(frozen=True, slots=True)
class RoleRow:
    key: str
    """What its check is called: `read-only`, `use-dba`."""
    title: str
    purpose: str
    services: str
    removed: tuple[str, ...]
    kubernetes: str
    who: tuple[str, ...]
    own: str
    """The name of a role of the customer's own; empty for the three."""
    check: ConnectionCheck | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: BundleVersion
    changes: tuple[RoleChange, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    connection: Connection
    tailoring: Tailoring
    number: int
    version: str
    rows: tuple[RoleRow, ...]
    versions: tuple[VersionRow, ...]
    regions: Sequence[Region]
    outdated: bool
    may_manage: bool


def read(*, scope: Scope, connection: Connection) -> Reading:
    rows = BundleVersion.objects.visible_to(scope).of_connection(connection)
    versions = list(rows.newest_first()[: SHOWN + 1])
    newest = versions[0] if versions else None
    present, known = bundles.bundle_of(newest), connection.bundle_version
    group = ConnectionCheck.objects.visible_to(scope).of(connection.id).in_group(CheckGroup.ROLE)
    return Reading(
        connection=connection,
        tailoring=present.tailoring,
        number=newest.number if newest else 0,
        version=present.version[:12],
        rows=tuple(_rows(present.tailoring, {check.role: check for check in group})),
        versions=tuple(_with_changes(versions)),
        regions=list(Region.objects.visible_to(scope).of_connection(connection.id).present().newest_first()),
        outdated=bool(known) and known != present.version,
        may_manage=scope.allows(Permission.CONNECTION_MANAGE),
    )


def _rows(tailoring: Tailoring, checks: Mapping[str, ConnectionCheck]) -> Iterable[RoleRow]:
    for role in ROLES:
        granted = [name for one in people.permissions(role, (), SOMEWHERE) for name in one.actions]
        yield RoleRow(
            role.value,
            DOCUMENTED[role].title,
            "",
            _services(granted),
            tailoring.removed_from(role),
            ACCESS[role],
            (),
            "",
            checks.get(role.value),
        )
    yield from (_own(role, checks) for role in tailoring.added)


def _own(role: UseCaseRole, checks: Mapping[str, ConnectionCheck]) -> RoleRow:
    key = f"use-{role.name}"
    return RoleRow(
        key,
        role.name,
        role.purpose,
        ", ".join(role.actions),
        (),
        role.kubernetes.value,
        role.principals,
        role.name,
        checks.get(key),
    )


def _services(names: Iterable[str]) -> str:
    return ", ".join(service_title(service) for service in sorted({service_of(name) for name in names}))


def _with_changes(versions: Sequence[BundleVersion]) -> Iterable[VersionRow]:
    """Newest first; each with what it changed about the one before."""
    earlier = [*(bundles.tailoring_of(one) for one in versions[1:]), Tailoring()]
    for version, before in zip(versions[:SHOWN], earlier, strict=False):
        yield VersionRow(version, difference(before, bundles.tailoring_of(version)))


@dataclass(frozen=True, slots=True)
class ActionGroup:
    title: str
    names: tuple[tuple[str, bool], ...]
    """Action, and whether it is chosen."""

    @property
    def chosen(self) -> int:
        return sum(chosen for _, chosen in self.names)


def action_groups(chosen: Iterable[str]) -> tuple[ActionGroup, ...]:
    wanted = frozenset(chosen)
    return tuple(
        ActionGroup(service_title(service), tuple((name, name in wanted) for name in names))
        for service, names in groupby(catalogue(), key=service_of)
    )
