"""One secret as its page shows it: where it is live, its versions, its keys, who looked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.audit.models import AuditEvent
from console.kernel.clock import now
from console.kernel.permissions import Permission
from console.kernel.scope import Scope
from secrets_app.contents import Changes, compare
from secrets_app.models import Secret, SecretVersion
from secrets_app.models.secrets import facts_by_key
from secrets_app.readings.liveness import Live, by_secret
from secrets_app.readings.readers import Reader, readers_of
from secrets_app.readings.secrets import expiry, kek_version, kind_words

SHOWN_VERSIONS = 25
SHOWN_LOOKS = 6
LOOKS = ("secret:revealed", "secret:created", "secret:referred", "secret:rotated", "secret:rolled-back")


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: SecretVersion
    state: str
    changes: Changes | None
    """Against the one before; None for the first, and where the one before is not shown."""
    is_current: bool

    @property
    def words(self) -> str:
        if self.changes is None:
            many = len(self.version.entries)
            return f"{many} key{'' if many == 1 else 's'}" if many else "reference"
        parts = [
            f"{', '.join(names)} {verb}"
            for verb in ("added", "changed", "removed")
            if (names := self.changes[verb])
        ]
        return "; ".join(parts) or "the same values"

    @property
    def can_return(self) -> bool:
        return not self.is_current and self.version.ended_at is None


@dataclass(frozen=True, slots=True)
class Reading:
    secret: Secret
    kind: str
    live: list[Live]
    versions: list[VersionRow]
    readers: list[Reader]
    looks: list[AuditEvent]
    kek_version: int
    expiry: str

    @property
    def not_live(self) -> int:
        return sum(not each.is_live for each in self.live)

    @property
    def current(self) -> SecretVersion | None:
        return next((row.version for row in self.versions if row.is_current), None)

    @property
    def keys(self) -> list[dict[str, Any]]:
        return list(self.current.entries) if self.current else []


def read(*, scope: Scope, secret: Secret) -> Reading:
    """Five queries, however many versions, keys and regions there are."""
    live = by_secret(scope=scope, secret_ids=[secret.pk]).get(secret.pk, [])
    return Reading(
        secret=secret,
        kind=kind_words(secret),
        live=live,
        versions=_versions(scope, secret, live),
        readers=readers_of(scope=scope, secret_ids=[secret.pk])[secret.pk],
        looks=_looks(scope, secret),
        kek_version=kek_version(scope),
        expiry=expiry(secret.expires_at),
    )


def _versions(scope: Scope, secret: Secret, live: list[Live]) -> list[VersionRow]:
    newest = SecretVersion.objects.visible_to(scope).of(secret.pk).without_value().newest_first()
    found = list(newest[: SHOWN_VERSIONS + 1])
    before = {version.number + 1: version for version in found}
    return [
        VersionRow(
            version,
            _state(secret, version, live),
            compare(before[version.number].entries, version.entries) if version.number in before else None,
            version.number == secret.current_version,
        )
        for version in found[:SHOWN_VERSIONS]
    ]


def _state(secret: Secret, version: SecretVersion, live: list[Live]) -> str:
    if version.number == secret.current_version:
        return "current"
    if version.ended_at:
        return "ended"
    if version.valid_until is None:
        return "kept for a roll-back"
    if version.valid_until > now():
        return f"valid until {version.valid_until:%-d %b %H:%M} UTC"
    waiting = [each.region for each in live if not each.is_live]
    return f"until {', '.join(waiting)} has v{secret.current_version}" if waiting else "ends now"


def _looks(scope: Scope, secret: Secret) -> list[AuditEvent]:
    """Who looked at the value, and who made it; for those who may read the trail."""
    if not scope.allows(Permission.AUDIT_VIEW):
        return []
    rows = AuditEvent.objects.visible_to(scope).about("secret", str(secret.pk)).filter(event__in=LOOKS)
    return list(rows.newest_first()[:SHOWN_LOOKS])


def keys_of(*, scope: Scope, secret: Secret) -> list[str]:
    """The keys of the present version."""
    current = SecretVersion.objects.visible_to(scope).of(secret.pk).numbered(secret.current_version)
    found = current.without_value().first()
    return found.keys if found else []


def comparison(*, scope: Scope, secret: Secret, older: int, newer: int) -> dict[str, Any]:
    """Two versions side by side by their keys; a version that is not there is None."""
    numbers = (
        SecretVersion.objects.visible_to(scope).of(secret.pk).without_value().filter(number__in=[older, newer])
    )
    found = {version.number: version for version in numbers}
    one, two = found.get(older), found.get(newer)
    if one is None or two is None:
        return {"older": one, "newer": two, "changes": None}
    changes = compare(one.entries, two.entries)
    return {"older": one, "newer": two, "changes": changes, "rows": list(_pairs(one, two, changes))}


def _pairs(one: SecretVersion, two: SecretVersion, changes: Changes) -> Iterator[tuple[str, str, Any, Any]]:
    """Key, what became of it, and what may be shown of it in either version."""
    before, after = facts_by_key(one.entries), facts_by_key(two.entries)
    for word in ("added", "changed", "removed", "same"):
        for key in changes[word]:
            yield key, word, before.get(key), after.get(key)
