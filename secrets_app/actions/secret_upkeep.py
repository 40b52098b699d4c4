"""What is set up around a secret: words, expiry, the schedule of its rotation, the end of old versions."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.kernel.clock import now
from console.kernel.errors import ConsoleError, Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope, of_console
from secrets_app.actions import deliveries, secret_versions, secrets
from secrets_app.actions.secret_errors import VersionEnded, VersionUnknown
from secrets_app.kinds import ALGORITHMS
from secrets_app.models import Secret, SecretDelivery, SecretVersion

LONGEST_CYCLE = timedelta(days=1095)
LONGEST_GRACE = timedelta(days=30)
TRY_AGAIN = timedelta(hours=1)


class ScheduleUnusable(Invalid):
    code = "schedule_unusable"


@transaction.atomic
def describe(*, scope: Scope, secret: Secret, description: str) -> Secret:
    scope.require(Permission.SECRET_MANAGE)
    locked = secrets.lock(scope, secret)
    if description != locked.description:
        changes = {"description": (locked.description, description)}
        locked.description = description
        locked.save(update_fields=["description"])
        audit.record(scope, "secret:described", locked, changes=changes)
    return locked


@transaction.atomic
def schedule(*, scope: Scope, secret: Secret, rotate_days: int | None, grace_hours: int) -> Secret:
    """Set how often the value is to be rotated (None: never by schedule) and how long the one before stays valid.

    Raises Refused and ScheduleUnusable.
    """
    scope.require(Permission.SECRET_MANAGE)
    locked = secrets.lock(scope, secret)
    _require_schedule(locked, rotate_days, grace_hours)
    before = {"rotate_days": locked.rotate_days, "grace_hours": locked.grace_hours}
    after = {"rotate_days": rotate_days, "grace_hours": grace_hours}
    if before == after:
        return locked
    locked.rotate_days, locked.grace_hours = rotate_days, grace_hours
    began = locked.rotated_at or locked.changed_at
    locked.next_rotation_at = max(began + timedelta(days=rotate_days), now()) if rotate_days else None
    locked.save(update_fields=["rotate_days", "grace_hours", "next_rotation_at"])
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    audit.record(scope, "secret:scheduled", locked, changes=changed)
    return locked


def _require_schedule(secret: Secret, rotate_days: int | None, grace_hours: int) -> None:
    if secret.is_external:
        raise ScheduleUnusable("The value of an external secret is rotated where it is kept.", field="rotate_days")
    if rotate_days is not None and not 1 <= rotate_days <= LONGEST_CYCLE.days:
        raise ScheduleUnusable(f"Choose from 1 to {LONGEST_CYCLE.days} days.", field="rotate_days")
    if not 0 <= grace_hours <= LONGEST_GRACE // timedelta(hours=1):
        raise ScheduleUnusable(f"Choose from 0 to {LONGEST_GRACE.days * 24} hours.", field="grace_hours")


@transaction.atomic
def end_version(*, scope: Scope, secret: Secret, number: int) -> SecretVersion:
    """Destroy an earlier value now, without waiting for its grace time or for a region that is away.

    Raises Refused, VersionUnknown, and VersionEnded where it has ended already.
    """
    scope.require(Permission.SECRET_MANAGE)
    locked = secrets.lock(scope, secret)
    if number == locked.current_version:
        raise VersionUnknown(f"Version {number} is the present one.", todo="Rotate it, then end it.")
    version = secret_versions.numbered(scope, locked, number)
    if version.ended_at is not None:
        raise VersionEnded(f"Version {number} has ended already.")
    secret_versions.end([version])
    audit.record(scope, "secret:version-ended", locked, version=number, by="a person")
    return version


@transaction.atomic
def tend(*, scope: Scope) -> None:
    """What time brings about in one organization: grace times end, schedules fall due, deletions are confirmed."""
    _end_outlived(scope)
    _rotate_due(scope)
    deliveries.drop_confirmed(scope=scope)


def tend_all() -> None:
    """As `tend`, in every organization where something is due, in the console's own name."""
    for org_id in due_organizations():
        scope = replace(of_console(org_id), permissions=frozenset({Permission.SECRET_MANAGE}))
        with scope.entered():
            tend(scope=scope)


def _end_outlived(scope: Scope) -> None:
    """Old values end when their grace time is over and no region still waits for the new one."""
    behind = SecretDelivery.objects.visible_to(scope).to_present().not_live().exclude(published=[])
    over = SecretVersion.objects.visible_to(scope).kept().filter(valid_until__lte=now())
    for version in over.exclude(secret_id__in=behind.values("secret_id")).without_value().select_related("secret"):
        secret_versions.end([version])
        audit.record(scope, "secret:version-ended", version.secret, version=version.number, by="its grace time")


def _rotate_due(scope: Scope) -> None:
    """Rotate what the console can make by itself; of the others the overview reminds people."""
    due = Secret.objects.visible_to(scope).present().due_for_rotation(now()).filter(kind__in=ALGORITHMS)
    for secret in due:
        try:
            secrets.rotate(scope=scope, secret=secret)
        except ConsoleError as error:
            Secret.objects.visible_to(scope).filter(pk=secret.pk).update(next_rotation_at=now() + TRY_AGAIN)
            audit.record(scope, "secret:rotated", secret, outcome=Outcome.FAILED, code=error.code)


def due_organizations() -> list[UUID]:
    """Organizations in which `tend` has something to do, as the engine's role sees them."""
    at = now()
    ending = SecretVersion.objects.using("engine").filter(valid_until__lte=at, ended_at=None)
    due = Secret.objects.using("engine").filter(next_rotation_at__lte=at, deleted_at=None, kind__in=ALGORITHMS)
    gone = Secret.objects.using("engine").exclude(deleted_at=None)
    found = {org_id for rows in (ending, due, gone) for org_id in rows.values_list("org_id", flat=True).distinct()}
    return sorted(found)
