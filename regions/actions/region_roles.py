"""Bringing a region's roles for people to what its connection was verified with, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Refused
from console.kernel.permissions import Permission
from console.kernel.scope import ActorKind, Scope
from console.operations.actions import operations
from console.operations.models import Operation
from regions import plans
from regions.actions import bundles, resources
from regions.actions.region_rows import locked, wanted
from regions.blueprints import Manifest, blueprint, by_name
from regions.changes.differing import changes
from regions.models import Region
from regions.permissions.human_roles import ROLES
from regions.questionnaire import codec
from regions.spec import RegionSpec, Tailoring
from regions.states import RegionState

OF_PEOPLE = frozenset({"Role", "Policy", "RolePolicyAttachment", "AccessEntry", "AccessPolicyAssociation"})
BEGIN_WITH = (*(f"{role.value}-" for role in ROLES), "use-")
"""Manifests of other roles, which services take, are no matter of tailoring."""


class RolesUpToDate(Conflict):
    code = "roles_up_to_date"
    title = "The roles are up to date"


class NotAPerson(Refused):
    code = "not_a_person"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a region's permissions are behind."""

    unverified: bool
    """The connection has permissions that were not verified yet."""
    roles_behind: bool
    """The region's roles for people are not what the connection's bundle says."""

    @property
    def outdated(self) -> bool:
        return self.unverified or self.roles_behind


def standing(*, scope: Scope, region: Region) -> Standing:
    version = bundles.newest(scope=scope, connection=region.connection)
    present = bundles.bundle_of(version)
    known = region.connection.bundle_version
    held = codec.from_document(RegionSpec, region.spec).tailoring
    return Standing(bool(known) and known != present.version, held != present.tailoring)


@transaction.atomic
def apply(*, scope: Scope, region: Region) -> Operation:
    """Change the roles for people of an active region, and their access to its cluster.

    Raises Refused, NotAPerson, NotInThisState, PermissionsOutdated, RolesUpToDate and OperationGoingOn.
    """
    scope.require(Permission.REGION_APPROVE)
    if scope.actor.kind is not ActorKind.USER:
        raise NotAPerson("Roles for people are changed by a person.", todo="Sign in and apply them on its page.")
    region = locked(scope, region, frozenset({RegionState.ACTIVE}), "changed")
    bundles.require_verified(scope=scope, connection=region.connection)
    tailoring = bundles.tailoring(scope=scope, connection=region.connection)
    spec = codec.from_document(RegionSpec, region.spec)
    rows = by_name(wanted(scope, region))
    after = _after(rows, spec, tailoring)
    operation = _start(scope, region, rows, after)
    region.spec = codec.to_document(replace(spec, tailoring=tailoring))
    region.save(update_fields=["spec"])
    version = bundles.newest(scope=scope, connection=region.connection)
    audit.record(
        scope.during(operation.id), "region:roles-applied", region, number=version.number if version else 0
    )
    return operation


def _start(scope: Scope, region: Region, rows: Mapping[str, Manifest], after: Mapping[str, Manifest]) -> Operation:
    found = changes(rows, after)
    if not found:
        raise RolesUpToDate(f"The roles of {region.name} are what they should be.", todo="Nothing is left to do.")
    steps = plans.update(
        list(after.values()),
        changed=frozenset(each.name for each in found if each.name in after),
        removed=[rows[name] for name in rows if name not in after],
    )
    title = f"Bring the roles of {region.name} up to date"
    operation = operations.start(scope=scope, kind=plans.UPDATE, title=title, target=region, steps=steps)
    resources.replace(scope=scope, region=region, manifests=list(after.values()))
    return operation


def _after(rows: Mapping[str, Manifest], spec: RegionSpec, tailoring: Tailoring) -> dict[str, Manifest]:
    """The rows as they are, but for what people's roles are made of."""
    new = {one.name: one for one in blueprint(replace(spec, tailoring=tailoring)) if of_people(one)}
    kept = {name: one for name, one in rows.items() if not of_people(one)}
    return {**kept, **new}


def of_people(manifest: Manifest) -> bool:
    return manifest.kind in OF_PEOPLE and manifest.name.startswith(BEGIN_WITH)
