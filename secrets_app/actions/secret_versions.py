"""How a secret gets its next version, and how an earlier one ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope
from secrets_app import contents
from secrets_app.actions import deliveries
from secrets_app.actions.secret_errors import VersionEnded, VersionUnknown, in_sentences
from secrets_app.contents import Entry
from secrets_app.kinds import Examined, examined
from secrets_app.models import Secret, SecretVersion

KEPT = 20
"""Versions of a secret whose value is kept for a roll-back; the oldest beyond are destroyed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be."""

    text: str
    entries: list[Entry]
    detail: str
    expires_at: datetime | None
    note: str = ""


def current(scope: Scope, secret: Secret) -> SecretVersion | None:
    return numbered(scope, secret, secret.current_version) if secret.current_version else None


def numbered(scope: Scope, secret: Secret, number: int) -> SecretVersion:
    """Raises VersionUnknown."""
    found = SecretVersion.objects.visible_to(scope).of(secret.pk).numbered(number).first()
    if found is None:
        raise VersionUnknown(f"{secret.name} has no version {number}.", todo="Choose one from the list.")
    version: SecretVersion = found
    return version


def opened(version: SecretVersion) -> dict[str, bytes]:
    """The keys and values of a version. Raises VersionEnded, and Unreadable where it cannot be decrypted."""
    if version.ended_at is not None:
        raise VersionEnded(
            f"The value of version {version.number} was destroyed when it ended.",
            todo="Save it anew, if you have it from elsewhere.",
        )
    with in_sentences():
        return contents.from_text(str(version.value))


def drafted(
    scope: Scope, secret: Secret, given: Mapping[str, bytes], *, expires_at: datetime | None, note: str
) -> Draft:
    """Examine contents for the secret's kind. Raises SecretUnusable, and Unreadable for the one before."""
    with in_sentences():
        fitting: Examined = examined(secret.kind, given)
    before = current(scope, secret)
    earlier: Iterable[Entry] = before.entries if before else ()
    known = opened(before) if before and before.ended_at is None else {}
    number = secret.current_version + 1
    entries = contents.entries_of(fitting.contents, number, before=known, earlier=earlier)
    ends = min(filter(None, [expires_at, fitting.expires_at]), default=None)
    return Draft(contents.to_text(fitting.contents), entries, fitting.detail, ends, note)


def append(scope: Scope, secret: Secret, draft: Draft) -> SecretVersion:
    """Write the next version of a locked secret and let every region want it."""
    number = secret.current_version + 1
    version = SecretVersion(
        id=new_id(),
        org_id=scope.org_id,
        secret=secret,
        number=number,
        value=draft.text,
        entries=draft.entries,
        key_names="\n".join(entry["key"] for entry in draft.entries),
        expires_at=draft.expires_at,
        note=draft.note,
        created_by=scope.actor.label[:200],
    )
    version.save(force_insert=True)
    secret.current_version, secret.expires_at, secret.detail = number, draft.expires_at, draft.detail
    secret.changed_at = version.created_at
    secret.save()
    _end_oldest(scope, secret)
    deliveries.aim(scope=scope, secret=secret)
    return version


def _end_oldest(scope: Scope, secret: Secret) -> None:
    kept = SecretVersion.objects.visible_to(scope).of(secret.pk).kept()
    end(kept.filter(number__lte=secret.current_version - KEPT))


def end(versions: Iterable[SecretVersion]) -> int:
    """Destroy the values of some versions; what was said about them stays."""
    ids = [version.pk for version in versions]
    if not ids:
        return 0
    return int(SecretVersion.objects.filter(pk__in=ids).update(value=None, ended_at=now()))
