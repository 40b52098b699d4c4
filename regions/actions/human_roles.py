"""Roles for people, tailored by the customer: every change is a new version of the connection's bundle."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from console.audit.actions import events as audit
from console.kernel.errors import Conflict, Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from regions.actions import bundles
from regions.models import BundleVersion, Connection
from regions.permissions.bundle import tailored
from regions.permissions.human_roles import difference, problems
from regions.questionnaire import codec
from regions.spec import Tailoring

LONGEST_REASON = 500


class RolesNotFit(Invalid):
    code = "roles_not_fit"
    title = "The roles cannot be had like this"


class RolesChangedMeanwhile(Conflict):
    code = "roles_changed_meanwhile"
    title = "Somebody else changed the roles"


class RolesUnchanged(Conflict):
    code = "roles_unchanged"
    title = "Nothing changes"


class ReasonMissing(Invalid):
    code = "reason_missing"


def read(document: Mapping[str, Any]) -> Tailoring:
    """A tailoring from plain JSON. Raises RolesNotFit where a word of it is unknown."""
    try:
        return codec.from_document(Tailoring, document)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise RolesNotFit(
            f"The roles are not written as they should be: {error}.", todo="See the API's description."
        ) from error


@transaction.atomic
def change(*, scope: Scope, connection: Connection, tailoring: Tailoring, base: int, reason: str) -> BundleVersion:
    """Make a new version; the connection has to be verified again. `base` is the version that was looked at.

    Raises Refused, RolesNotFit, ReasonMissing, RolesChangedMeanwhile and RolesUnchanged.
    """
    scope.require(Permission.CONNECTION_MANAGE)
    connection = Connection.objects.visible_to(scope).select_for_update().get(id=connection.id)
    last = bundles.newest(scope=scope, connection=connection)
    before = bundles.tailoring_of(last)
    _require_fit(tailoring, reason)
    if base != (last.number if last else 0):
        raise RolesChangedMeanwhile(
            f"The roles are at version {last.number if last else 0} by now, not {base}.",
            todo="Look at the present version, then make your change to it.",
        )
    if not difference(before, tailoring):
        raise RolesUnchanged("The roles are like this already.", todo="Change something, or leave it as it is.")
    version: BundleVersion = BundleVersion.objects.create(
        org_id=scope.org_id,
        connection=connection,
        number=base + 1,
        version=tailored(tailoring).version,
        tailoring=codec.to_document(tailoring),
        reason=reason.strip()[:LONGEST_REASON],
        created_by=scope.actor.label[:200],
    )
    audit.record(scope, "connection:roles-changed", connection, **_told(version, before, tailoring))
    return version


def _require_fit(tailoring: Tailoring, reason: str) -> None:
    if found := problems(tailoring):
        rest = f" {len(found) - 1} more like it." if len(found) > 1 else ""
        raise RolesNotFit(f"{found[0]}{rest}", todo="Choose from the actions that are offered.")
    if not reason.strip():
        raise ReasonMissing("Say why the roles are changed.", field="reason")


def _told(version: BundleVersion, before: Tailoring, after: Tailoring) -> dict[str, Any]:
    told = {
        one.role: {"gained": list(one.gained), "lost": list(one.lost), "notes": list(one.notes)}
        for one in difference(before, after)
    }
    return {"number": version.number, "bundle": version.version, "reason": version.reason, "roles": told}
