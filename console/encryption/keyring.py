"""KEK versions, kept outside the database.

`KEK_STORE=file:<folder>` is a folder, usually a mounted Kubernetes Secret or volume: one folder per
keyring (`platform`, or an organization's id), one file `<version>.key` per version holding 32 bytes
in base64. A database dump together with the settings decrypts nothing.
"""

import base64
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from console.encryption.envelope import KEY_BYTES
from console.kernel.errors import Unavailable

PLATFORM = "platform"


class KeyUnavailable(Unavailable):
    code = "key_unavailable"
    title = "A key cannot be read"


@dataclass(frozen=True, slots=True)
class StoredKeyring:
    """Immutable view of one keyring."""

    name: str
    versions: tuple[tuple[int, bytes], ...]

    @property
    def active_version(self) -> int:
        if not self.versions:
            raise KeyUnavailable(
                f"The keyring {self.name} has no key.", todo="Mount KEK_STORE or restore its backup."
            )
        return self.versions[-1][0]

    def key(self, version: int) -> bytes:
        for number, key in self.versions:
            if number == version:
                return key
        raise KeyUnavailable(
            f"Version {version} of the keyring {self.name} is not in KEK_STORE.",
            todo="Restore it from the backup of KEK_STORE; without it the values under it stay unreadable.",
        )


class FileStore:
    """A folder of keyrings; files are written once and never changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keyring(self, name: str) -> StoredKeyring:
        files = sorted((int(path.stem), path) for path in (self.folder / name).glob("*.key"))
        return StoredKeyring(name, tuple((number, _read(path)) for number, path in files))

    def add_version(self, name: str) -> int:
        """Write a new random KEK and return its version; an existing file is never replaced."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        version = 1 + max((int(path.stem) for path in folder.glob("*.key")), default=0)
        handle = os.open(folder / f"{version}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        return version


def _read(path: Path) -> bytes:
    key = base64.b64decode(path.read_bytes(), validate=True)
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{path.name} of KEK_STORE does not hold {KEY_BYTES} bytes in base64.")
    return key


@cache
def store() -> FileStore:
    kind, _, place = settings.KEK_STORE.partition(":")
    if kind != "file":
        raise ImproperlyConfigured(f"KEK_STORE begins with {kind!r}; this console reads file:<folder>.")
    return FileStore(Path(place))


@cache
def keyring(name: str) -> StoredKeyring:
    """Return the keyring, made on first use; read once per process until `forget`."""
    found = store().keyring(name)
    if found.versions:
        return found
    try:
        store().add_version(name)
    except FileExistsError:
        pass  # another process made the first version at this instant
    except OSError as error:
        raise KeyUnavailable(
            f"The keyring {name} has no key, and KEK_STORE cannot be written.",
            todo=f"Add {name}/1.key to KEK_STORE ({error.strerror}).",
        ) from None
    return store().keyring(name)


def forget() -> None:
    """Drop what this process remembers, after a rotation or a change of KEK_STORE."""
    store.cache_clear()
    keyring.cache_clear()
