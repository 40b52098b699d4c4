"""An organization's keys: rotated by hand, by schedule or as compromised; slowed, kept, verified."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Organization
from console.audit.actions import events as audit
from console.encryption import rotation as rotating
from console.encryption.keyring import dek_range
from console.encryption.models import Cause, Dek, KeyPolicy, Rotation
from console.encryption.reencrypt import columns_of
from console.kernel.clock import now
from console.kernel.errors import Invalid
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from console.operations.actions import operations
from console.operations.models import Operation
from secrets_app.models import Recipient
from secrets_app.steps import keys as steps

SHORTEST_HOLD_DAYS = 1
LONGEST_DAYS = 730


class NameNotTyped(Invalid):
    code = "name_not_typed"
    title = "The name was not typed"


class DaysNotUsable(Invalid):
    code = "days_not_usable"
    title = "This number of days cannot be used"


def policy_of(scope: Scope, *, lock: bool = False) -> KeyPolicy:
    """What is settled for the scope's keys; made with defaults where nothing is yet."""
    rows = KeyPolicy.objects.select_for_update() if lock else KeyPolicy.objects.all()
    found = rows.filter(org_id=scope.org_id).first()
    if found is None:
        KeyPolicy.objects.bulk_create([KeyPolicy(org_id=scope.org_id)], ignore_conflicts=True)
        found = rows.get(org_id=scope.org_id)
    return found


@transaction.atomic
def rotate(*, scope: Scope, compromised: bool = False, typed: str = "") -> Operation:
    """Start a rotation of every key of the organization; its regions rotate their own.

    `compromised`: every value gets a fresh data key too, and `typed` is the organization's name, typed by the
    person. Raises Refused, NameNotTyped, and OperationGoingOn while a rotation goes on.
    """
    scope.require(Permission.KEY_MANAGE)
    if compromised:
        name = Organization.objects.get(pk=scope.org_id).name
        if typed != name:
            raise NameNotTyped(f"Type {name} to encrypt everything anew.", field="typed")
    return start(scope=scope, cause=Cause.COMPROMISED if compromised else Cause.PERSON)


@transaction.atomic
def start(*, scope: Scope, cause: Cause) -> Operation:
    """Start a rotation on behalf of a person, a schedule or the vendor. Raises OperationGoingOn."""
    policy = policy_of(scope, lock=True)
    names = rotating.names_of(scope.org_id)
    versions = rotating.next_versions(names)
    columns = [one.name for one in columns_of(names[0])] if cause == Cause.COMPROMISED else []
    recipients = list(Recipient.objects.visible_to(scope).active().by_name())
    first = versions[names[0]]
    operation = operations.start(
        scope=scope,
        kind=steps.KIND,
        title=f"Rotate keys to v{first}" + (", compromised" if columns else ""),
        target=policy,
        steps=steps.steps(names, columns, recipients),
        context={"versions": versions, "cause": cause.value},
    )
    if policy.rotate_days:
        policy.next_rotation_at = now() + timedelta(days=policy.rotate_days)
        policy.save(update_fields=["next_rotation_at"])
    facts: Mapping[str, Any] = {"cause": cause.value, "version": first, "keyrings": len(names)}
    audit.record(scope.during(operation.id), "key:rotation-started", policy, **facts)
    return operation


@transaction.atomic
def settle(*, scope: Scope, rotate_days: int | None, hold_days: int) -> KeyPolicy:
    """Say how often keys are rotated (None: by hand alone) and how long a disabled version is kept.

    Raises Refused and DaysNotUsable.
    """
    scope.require(Permission.KEY_MANAGE)
    if rotate_days is not None and not 1 <= rotate_days <= LONGEST_DAYS:
        raise DaysNotUsable(f"Choose from 1 to {LONGEST_DAYS} days.", field="rotate_days")
    if not SHORTEST_HOLD_DAYS <= hold_days <= LONGEST_DAYS:
        raise DaysNotUsable(f"Choose from {SHORTEST_HOLD_DAYS} to {LONGEST_DAYS} days.", field="hold_days")
    policy = policy_of(scope, lock=True)
    changes = {
        "rotate_days": (policy.rotate_days, rotate_days),
        "hold_days": (policy.hold_days, hold_days),
    }
    policy.next_rotation_at = next_rotation(scope, rotate_days)
    policy.rotate_days, policy.hold_days = rotate_days, hold_days
    policy.save(update_fields=["rotate_days", "hold_days", "next_rotation_at"])
    audit.record(scope, "key:schedule-changed", policy, changes=changes)
    return policy


def next_rotation(scope: Scope, rotate_days: int | None) -> datetime | None:
    """Counted from the last rotation, but never in the past."""
    if rotate_days is None:
        return None
    last = Rotation.objects.visible_to(scope).finished().newest_first().first()
    return max(now(), (last.started_at if last else now()) + timedelta(days=rotate_days))


@transaction.atomic
def pace(*, scope: Scope, rows_a_second: int | None) -> KeyPolicy:
    """Slow a rotation down, pause it with 0, or let it run at full speed; it takes effect within seconds."""
    scope.require(Permission.KEY_MANAGE)
    policy = policy_of(scope, lock=True)
    before, policy.rows_a_second = policy.rows_a_second, rows_a_second
    policy.save(update_fields=["rows_a_second"])
    audit.record(scope, "key:pace-changed", policy, changes={"rows_a_second": (before, rows_a_second)})
    return policy


@transaction.atomic
def verify(*, scope: Scope) -> tuple[int, int]:
    """Count the data keys, and those that are not on their keyring's active version."""
    scope.require(Permission.KEY_VIEW)
    total = old = 0
    for name in rotating.names_of(scope.org_id):
        counted = Dek.objects.of(scope.org_id).within(*dek_range(name)).by_version()
        total += sum(counted.values())
        old += sum(many for version, many in counted.items() if version != rotating.active_version(name))
    audit.record(scope, "key:verified", policy_of(scope), deks=total, on_old_versions=old)
    return total, old
