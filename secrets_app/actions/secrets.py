"""Secrets: put, revealed, rotated, rolled back, deleted."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Project
from console.audit.actions import events as audit
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app import contents
from secrets_app.actions import deliveries, secret_versions
from secrets_app.actions.secret_errors import (
    NameNotTyped,
    ReasonMissing,
    SecretChanged,
    SecretExists,
    SecretUnknown,
    SecretUnusable,
    VersionUnknown,
)
from secrets_app.actions.secret_names import checked_name, require_own
from secrets_app.actions.secret_versions import Draft
from secrets_app.kinds import ALGORITHMS, algorithm_of, generated
from secrets_app.models import Kind, Secret, SecretVersion

SHORTEST_REASON = 4


@transaction.atomic
def put(
    *,
    scope: Scope,
    name: str,
    values: Mapping[str, bytes],
    kind: str = Kind.GENERIC,
    project: Project | None = None,
    description: str = "",
    expires_at: datetime | None = None,
    note: str = "",
    is_new: bool = False,
) -> Secret:
    """Create the secret, or give it a new version that holds exactly these values; the same values change nothing.

    Raises Refused, SecretUnusable, SecretExists where one `is_new` or of another kind, Unreadable.
    """
    scope.require(Permission.SECRET_MANAGE)
    require_own(scope, project)
    secret = _named(scope, checked_name(name), project)
    if secret is None:
        return _create(scope, name, kind, project, description, values, expires_at, note)
    if is_new or secret.kind != kind:
        raise SecretExists(
            f"There is a secret called {name} here.", todo="Choose another name, or save a version.", field="name"
        )
    secret.description = description or secret.description
    if _saved(scope, secret, values, expires_at=expires_at, note=note) is None:
        secret.save(update_fields=["description"])
    return secret


@transaction.atomic
def change(
    *,
    scope: Scope,
    secret: Secret,
    values: Mapping[str, bytes],
    removed: Collection[str] = (),
    based_on: int = 0,
    expires_at: datetime | None = None,
    note: str = "",
) -> SecretVersion:
    """Save a version with some keys replaced, added or removed; the others keep their values, unseen.

    Raises Refused, SecretUnusable, Unreadable, and SecretChanged when the present version is no longer the
    one the change is `based_on`.
    """
    scope.require(Permission.SECRET_MANAGE)
    locked = lock(scope, secret)
    require_version(locked, based_on)
    whole = _merged(scope, locked, values, removed)
    version = _saved(scope, locked, whole, expires_at=expires_at, note=note)
    if version is None:
        raise SecretUnusable("Nothing is different from the present version.", todo="Enter a value first.")
    return version


@transaction.atomic
def rotate(
    *,
    scope: Scope,
    secret: Secret,
    values: Mapping[str, bytes] | None = None,
    based_on: int = 0,
    expires_at: datetime | None = None,
) -> SecretVersion:
    """Give the secret new values; the ones before stay valid for its grace time and until every region has these.

    Without `values` the console makes new ones, which it can for symmetric and asymmetric keys.
    Raises as `change` does.
    """
    scope.require(Permission.SECRET_MANAGE)
    locked = lock(scope, secret)
    require_version(locked, based_on)
    whole = _fresh(locked) if values is None else _merged(scope, locked, values, ())
    draft = secret_versions.drafted(scope, locked, whole, expires_at=expires_at, note="rotated")
    if all(entry["since"] <= locked.current_version for entry in draft.entries):
        raise SecretUnusable("Rotating wants at least one new value.", todo="Enter the new value of a key.")
    at = now()
    earlier = SecretVersion.objects.visible_to(scope).of(locked.pk).kept().filter(valid_until=None)
    earlier.update(valid_until=at + timedelta(hours=locked.grace_hours))
    locked.rotated_at = at
    locked.next_rotation_at = at + timedelta(days=locked.rotate_days) if locked.rotate_days else None
    version = secret_versions.append(scope, locked, draft)
    _tell(scope, "secret:rotated", locked, version=version.number, grace_hours=locked.grace_hours)
    return version


@transaction.atomic
def roll_back(*, scope: Scope, secret: Secret, number: int) -> SecretVersion:
    """Make a new version out of an earlier one. Raises Refused, VersionUnknown, VersionEnded, Unreadable."""
    scope.require(Permission.SECRET_MANAGE)
    locked = lock(scope, secret)
    if number == locked.current_version:
        raise VersionUnknown(f"Version {number} is the present one.", todo="Choose an earlier one.")
    old = secret_versions.numbered(scope, locked, number)
    text = contents.to_text(secret_versions.opened(old))
    note = f"rolled back to version {number}"
    version = secret_versions.append(scope, locked, Draft(text, old.entries, locked.detail, old.expires_at, note))
    _tell(scope, "secret:rolled-back", locked, version=version.number, to_version=number)
    return version


@transaction.atomic
def delete(*, scope: Scope, secret: Secret, typed: str) -> Secret:
    """Destroy every value now, and have each region remove the secret; `typed` is its name.

    Raises Refused and NameNotTyped.
    """
    scope.require(Permission.SECRET_MANAGE)
    locked = lock(scope, secret)
    if typed != locked.name:
        raise NameNotTyped(f"Type {locked.name} to delete it.", field="typed")
    locked.deleted_at, locked.next_rotation_at = now(), None
    locked.save(update_fields=["deleted_at", "next_rotation_at"])
    secret_versions.end(SecretVersion.objects.visible_to(scope).of(locked.pk).kept())
    deliveries.aim(scope=scope, secret=locked)
    _tell(scope, "secret:deleted", locked, kind=locked.kind)
    return locked


@transaction.atomic
def reveal(*, scope: Scope, secret: Secret, key: str, reason: str, number: int = 0) -> bytes:
    """Return one value of the present version, or of version `number`, to a person who says why.

    The event is written in the same transaction: no look without a trace. Step-up is asked for at the door.
    Raises Refused, ReasonMissing, VersionUnknown, VersionEnded, Unreadable.
    """
    scope.require(Permission.SECRET_REVEAL)
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissing("Say in a few words why you need to see it.", field="reason")
    version = secret_versions.numbered(scope, secret, number or secret.current_version)
    values = secret_versions.opened(version)
    if key not in values:
        raise VersionUnknown(f"Version {version.number} has no such key.", todo="Choose one of its keys.")
    _tell(scope, "secret:revealed", secret, version=version.number, key=key, reason=reason[:300])
    return values[key]


def get(*, scope: Scope, secret_id: UUID) -> Secret:
    """Raises SecretUnknown."""
    found = Secret.objects.visible_to(scope).present().with_project().filter(pk=secret_id).first()
    if found is None:
        raise SecretUnknown("There is no such secret.", todo="Choose one from the list of secrets.")
    secret: Secret = found
    return secret


def lock(scope: Scope, secret: Secret) -> Secret:
    rows = Secret.objects.visible_to(scope).present().with_project().select_for_update(of=("self",))
    found = rows.filter(pk=secret.pk).first()
    if found is None:
        raise SecretUnknown(f"{secret.name} was deleted meanwhile.", todo="Go back to the list.")
    locked: Secret = found
    return locked


def require_version(secret: Secret, based_on: int) -> None:
    if based_on and based_on != secret.current_version:
        raise SecretChanged(
            f"Version {secret.current_version} was saved while you were at it; you began with {based_on}.",
            todo="Look at what changed, then save again.",
        )


def _named(scope: Scope, name: str, project: Project | None) -> Secret | None:
    rows = Secret.objects.visible_to(scope).present().of_project(project.pk if project else None).named(name)
    found: Secret | None = rows.select_for_update(of=("self",)).first()
    return found


def _create(
    scope: Scope,
    name: str,
    kind: str,
    project: Project | None,
    description: str,
    values: Mapping[str, bytes],
    expires_at: datetime | None,
    note: str,
) -> Secret:
    secret = Secret(
        org_id=scope.org_id,
        project=project,
        name=name,
        kind=kind,
        description=description,
        created_by=scope.actor.label[:200],
    )
    draft = secret_versions.drafted(scope, secret, values, expires_at=expires_at, note=note)
    try:
        with transaction.atomic():
            secret.save(force_insert=True)
    except IntegrityError:
        raise SecretExists(f"Somebody made {name} a moment ago.", todo="Look at it first.", field="name") from None
    secret_versions.append(scope, secret, draft)
    _tell(scope, "secret:created", secret, kind=kind, keys=[entry["key"] for entry in draft.entries])
    return secret


def _saved(
    scope: Scope, secret: Secret, values: Mapping[str, bytes], *, expires_at: datetime | None, note: str
) -> SecretVersion | None:
    """Append a version unless it would be the present one again."""
    draft = secret_versions.drafted(scope, secret, values, expires_at=expires_at, note=note)
    before = secret_versions.current(scope, secret)
    changes = contents.compare(before.entries if before else (), draft.entries)
    if (
        not (changes["added"] or changes["changed"] or changes["removed"])
        and draft.expires_at == secret.expires_at
    ):
        return None
    version = secret_versions.append(scope, secret, draft)
    told = {name: changes[name] for name in ("added", "changed", "removed") if changes[name]}
    _tell(scope, "secret:changed", secret, version=version.number, keys=told)
    return version


def _merged(
    scope: Scope, secret: Secret, values: Mapping[str, bytes], removed: Collection[str]
) -> dict[str, bytes]:
    present = secret_versions.current(scope, secret)
    known = secret_versions.opened(present) if present else {}
    if secret.kind == Kind.ASYMMETRIC and "private-key" in values:
        known = {}
    return contents.merged(known, values, removed)


def _fresh(secret: Secret) -> dict[str, bytes]:
    if secret.kind not in ALGORITHMS:
        raise SecretUnusable(
            f"The console cannot make the value of {secret.name} by itself.", todo="Enter the new value."
        )
    return generated(secret.kind, algorithm_of(secret.detail))


def _tell(scope: Scope, event: str, secret: Secret, *, reason: str = "", **facts: Any) -> None:
    project = secret.project
    audit.record(scope, event, secret, project_id=project.pk if project else None, reason=reason, **facts)
