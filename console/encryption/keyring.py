"""Keyrings: the versions of one KEK. States are read from KEK_STORE each time, material is kept briefly."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from console.encryption import unreadable
from console.encryption.envelope import Kek
from console.encryption.roots import Root, RootRefused, RootUnreachable
from console.encryption.store import FileStore, KekState, KekVersion
from console.kernel.errors import ConsoleError, Unavailable
from console.kernel.ids import new_id
from console.kernel.scope import of_console

PLATFORM = "platform"
NOBODY = UUID(int=0)
"""Stands for the organization where there is none: the platform's data keys carry it."""
CACHE_SECONDS = 300.0
"""An unwrapped KEK is used for this long at most: the time from taking a root key back to unreadable values."""
REFUSED_SECONDS = 5.0
"""A refusal is believed for this long before the root provider is asked again."""
OWN_RANGE = 0xFF
"""First byte of the data keys' ids of every keyring but an organization's first."""

Clock = Callable[[], float]


class KeyUnavailable(Unavailable):
    code = "key_unavailable"
    title = "A key cannot be read"


class VersionUnknown(KeyUnavailable):
    """The version is not there, or not in use any more."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What is known of one keyring at this moment."""

    name: str
    versions: tuple[KekVersion, ...]

    @property
    def active_version(self) -> int:
        active = [one.number for one in self.versions if one.state == KekState.ACTIVE]
        if not active:
            raise KeyUnavailable(
                f"The keyring {self.name} has no key.", todo="Mount KEK_STORE or restore its backup."
            )
        return active[0]

    @property
    def root(self) -> Root:
        """Of the active version; the file root while there is none."""
        return next((one.root for one in self.versions if one.state == KekState.ACTIVE), Root())

    def version(self, number: int) -> KekVersion:
        """Raises VersionUnknown unless the version unwraps."""
        for one in self.versions:
            if one.number == number and one.usable:
                return one
        raise VersionUnknown(
            f"Version {number} of the keyring {self.name} is not in use.",
            todo="Restore it from the backup of KEK_STORE; without it the values under it stay unreadable.",
        )

    def kek(self, number: int) -> Kek:
        """Raises VersionUnknown, or KeyUnavailable when the root provider does not give the key."""
        return _cache.kek(self.name, self.version(number))


class _Cache:
    """Unwrapped KEKs of this process, and recent refusals."""

    def __init__(self) -> None:
        self.clock: Clock = time.monotonic
        self._held: dict[tuple[str, int], tuple[Kek, float]] = {}
        self._refused: dict[tuple[str, int], tuple[ConsoleError, float]] = {}

    def kek(self, name: str, version: KekVersion) -> Kek:
        at = self.clock()
        self._drop_old(at)
        key = (name, version.number)
        if key in self._held:
            return self._held[key][0]
        if key in self._refused:
            raise self._refused[key][0].with_traceback(None)
        return self._asked(key, version)

    def forget(self, name: str = "") -> None:
        """Forget one keyring, or all."""
        for known in (self._held, self._refused):
            for key in [key for key in known if not name or key[0] == name]:
                known.pop(key, None)

    def holds(self, name: str) -> bool:
        self._drop_old(self.clock())
        return any(key[0] == name for key in self._held)

    def _asked(self, key: tuple[str, int], version: KekVersion) -> Kek:
        asked_at = self.clock()  # before the call: what the holder revokes meanwhile counts from here
        try:
            kek = Kek(store().material(key[0], version), keyring=key[0])
        except FileNotFoundError:  # moved to another root at this instant
            kek = Kek(store().material(key[0], keyring(key[0]).version(version.number)), keyring=key[0])
        except (RootRefused, RootUnreachable) as error:
            refused = KeyUnavailable(f"The key of these values cannot be had: {error.message}", todo=error.todo)
            self._refused[key] = (refused, self.clock())
            unreadable.tell_key(key[0], organization_of(key[0]), error.message)
            raise refused from None
        self._held[key] = (kek, asked_at)
        return kek

    def _drop_old(self, at: float) -> None:
        for key in [key for key, (_, since) in self._held.items() if at - since >= CACHE_SECONDS]:
            self._held.pop(key, None)
        for key in [key for key, (_, since) in self._refused.items() if at - since >= REFUSED_SECONDS]:
            self._refused.pop(key, None)


_cache = _Cache()


@cache
def store() -> FileStore:
    kind, _, place = settings.KEK_STORE.partition(":")
    if kind != "file":
        raise ImproperlyConfigured(f"KEK_STORE begins with {kind!r}; this console reads file:<folder>.")
    return FileStore(Path(place))


def keyring(name: str) -> Keyring:
    """Return the keyring as it is now, made on first use."""
    versions = store().versions(name)
    return Keyring(name, versions) if versions else _made(name)


def _made(name: str) -> Keyring:
    """Make the first version, unless there are data keys already, which would mean that KEK_STORE was lost."""
    if _has_deks(name):
        raise KeyUnavailable(
            f"The keyring {name} is not in KEK_STORE, though values are under it.",
            todo="Mount KEK_STORE or restore its backup.",
        )
    try:
        store().add_version(name, 1)
    except OSError as error:
        raise KeyUnavailable(
            f"The keyring {name} has no key, and KEK_STORE cannot be written ({error.strerror}).",
            todo="Mount KEK_STORE so that every process of the console may write to it.",
        ) from None
    return Keyring(name, store().versions(name))


def _has_deks(name: str) -> bool:
    org_id, (first, last) = organization_of(name), dek_range(name)
    with of_console(org_id).entered(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM encryption_dek WHERE org_id = %s AND id BETWEEN %s AND %s)",
            [org_id, first, last],
        )
        return bool(cursor.fetchone()[0])


def organization_of(name: str) -> UUID:
    """`platform`, `<organization>` or `<organization>.<whatever tells it apart>`."""
    return NOBODY if name == PLATFORM else UUID(name.partition(".")[0])


def dek_range(name: str) -> tuple[UUID, UUID]:
    """First and last id that a data key of the keyring may have: keyrings of an organization never mix.

    Ids under an organization's first keyring, and the platform's, are UUIDv7, which begin below 0xff for
    thousands of years. Those of another keyring are UUIDv8 (RFC 9562) that begin with 0xff and 40 bits of
    the name's SHA-256, so that each keyring is one range of the table's primary key.
    """
    if "." not in name:
        return NOBODY, UUID(int=(OWN_RANGE << 120) - 1)
    first = OWN_RANGE << 120 | int.from_bytes(sha256(name.encode()).digest()[:5], "big") << 80
    return UUID(int=first), UUID(int=first | (1 << 80) - 1)


def new_dek_id(name: str) -> UUID:
    if "." not in name:
        return new_id()
    random = uuid.uuid4().int & (1 << 80) - 1 & ~(0xF << 76)
    return UUID(int=dek_range(name)[0].int | 0x8 << 76 | random)


def forget(name: str = "") -> None:
    """Drop the keys that this process remembers: of one keyring, or all, with the place of KEK_STORE."""
    _cache.forget(name)
    if not name:
        store.cache_clear()


def holds(name: str) -> bool:
    """Whether this process has an unwrapped key of the keyring in its memory."""
    return _cache.holds(name)


def use_clock(clock: Clock = time.monotonic) -> None:
    """Let the cache's time be told by another clock, in seconds."""
    _cache.clock = clock
