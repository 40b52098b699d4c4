"""KEK versions and their states, kept outside the database.

`KEK_STORE=file:<folder>` is a folder on a volume that every process of the console shares: one folder per
keyring, and in it, for each version,

- `<version>.<n>.key`: the key material under its root provider; written once, never changed. Moving to
  another root writes the next `n` and then removes the earlier file.
- `<version>.disabled`, `<version>.destroyed`: marks that say since when.

A database dump together with the settings decrypts nothing.
"""

import base64
import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from console.encryption import roots
from console.encryption.envelope import KEY_BYTES
from console.encryption.roots import Root
from console.kernel.clock import now


class KekState(StrEnum):
    ACTIVE = "active"
    """Wraps new data keys, and unwraps."""
    UNWRAPS = "unwraps_only"
    """An earlier version, until no data key is left under it."""
    DISABLED = "disabled"
    """Not used; kept for a while, and can be taken back."""
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class KekVersion:
    number: int
    state: KekState
    created_at: datetime
    root: Root
    file: Path | None = field(repr=False, default=None)
    disabled_at: datetime | None = None
    destroyed_at: datetime | None = None

    @property
    def usable(self) -> bool:
        return self.state in {KekState.ACTIVE, KekState.UNWRAPS}


def context_of(keyring: str, version: int, root: Root) -> dict[str, str]:
    """What a root provider binds to the wrapped material."""
    named = {"byoc:keyring": keyring, "byoc:version": str(version)}
    return {**named, **({"byoc:connection": root.place["connection"]} if "connection" in root.place else {})}


class FileStore:
    """A folder of keyrings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.folder.iterdir()) if self.folder.is_dir() else []

    def versions(self, name: str) -> tuple[KekVersion, ...]:
        """Every version, the oldest first; read each time, while the content of files is remembered."""
        files = self._files(name)
        numbers = sorted({number for number, kind in files if kind in {"key", "destroyed"}})
        usable = [one for one in numbers if not any((one, mark) in files for mark in ("disabled", "destroyed"))]
        active = usable[-1] if usable else 0
        return tuple(_version(number, files, active) for number in numbers)

    def material(self, name: str, version: KekVersion) -> bytes:
        """The key itself. Raises RootRefused or RootUnreachable."""
        assert version.file is not None
        wrapped = base64.b64decode(_read(version.file)["wrapped"], validate=True)
        root = version.root
        key = roots.provider(root).unwrap(root.place, wrapped, context_of(name, version.number, root))
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"{version.file.name} of KEK_STORE does not hold {KEY_BYTES} bytes.")
        return key

    def next_number(self, name: str) -> int:
        return 1 + max((version.number for version in self.versions(name)), default=0)

    def add_version(self, name: str, number: int = 0, *, root: Root | None = None) -> int:
        """Make a new random KEK, active at once, and return its version; nothing if `number` is there.

        It is under the root of the newest version that there is, unless another is given.
        """
        known = self.versions(name)
        number = number or self.next_number(name)
        if any(version.number == number for version in known):
            return number
        kept = [version.root for version in known if version.file is not None]
        chosen = root or (kept[-1] if kept else Root())
        written = _written(name, number, chosen, os.urandom(KEY_BYTES), now())
        with contextlib.suppress(FileExistsError):  # made by another process at this instant
            self._write(name, f"{number}.1.key", written)
        return number

    def move(self, name: str, version: KekVersion, root: Root) -> None:
        """Keep a version's material under another root from now on; the version stays what it is."""
        assert version.file is not None
        key = self.material(name, version)
        revision = _order(version.file)[1] + 1
        content = _written(name, version.number, root, key, version.created_at)
        self._write(name, f"{version.number}.{revision}.key", content)
        version.file.unlink()

    def disable(self, name: str, number: int, at: datetime) -> None:
        self._mark(name, f"{number}.disabled", at)

    def enable(self, name: str, number: int) -> None:
        """Take a disabled version back: it unwraps again."""
        (self.folder / name / f"{number}.disabled").unlink(missing_ok=True)

    def destroy(self, name: str, number: int, at: datetime) -> None:
        """Forget the material for good; that the version was there stays known."""
        created = next(one.created_at for one in self.versions(name) if one.number == number)
        self._mark(name, f"{number}.destroyed", at, created_at=created.isoformat())
        for file in (self.folder / name).glob(f"{number}.*.key"):
            file.unlink()

    def _files(self, name: str) -> dict[tuple[int, str], Path]:
        """By version and kind; of several key files of a version the last."""
        found: dict[tuple[int, str], Path] = {}
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for path in sorted((self.folder / name).iterdir(), key=_order):
                parts = path.name.split(".")
                if parts[0].isdigit():
                    found[int(parts[0]), parts[-1]] = path
        return found

    def _mark(self, name: str, file: str, at: datetime, **facts: str) -> None:
        with contextlib.suppress(FileExistsError):
            self._write(name, file, {"at": at.isoformat(), **facts})

    def _write(self, name: str, file: str, content: Mapping[str, Any]) -> None:
        """Write a whole file under its name at once; raises FileExistsError rather than replace one."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = folder / f".{file}.{os.urandom(6).hex()}"
        handle = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream)
                stream.flush()
                os.fsync(stream.fileno())
            os.link(begun, folder / file)
        finally:
            begun.unlink()
        _sync(folder)


def _order(path: Path) -> tuple[str, int]:
    parts = path.name.split(".")
    return parts[0], int(parts[1]) if len(parts) > 2 and parts[1].isdigit() else 0


def _written(name: str, number: int, root: Root, key: bytes, created_at: datetime) -> dict[str, Any]:
    wrapped = roots.provider(root).wrap(root.place, key, context_of(name, number, root))
    return {
        "created_at": created_at.isoformat(),
        "root": {"kind": root.kind, "place": dict(root.place)},
        "wrapped": base64.b64encode(wrapped).decode(),
    }


def _version(number: int, files: Mapping[tuple[int, str], Path], active: int) -> KekVersion:
    disabled, destroyed = (_mark_of(files.get((number, mark))) for mark in ("disabled", "destroyed"))
    if destroyed:
        made = datetime.fromisoformat(destroyed["created_at"])
        return KekVersion(number, KekState.DESTROYED, made, Root(), None, _at(disabled), _at(destroyed))
    file = files[number, "key"]
    made, root = _described(file, file.stat().st_mtime_ns)
    state = KekState.ACTIVE if number == active else KekState.UNWRAPS
    return KekVersion(number, KekState.DISABLED if disabled else state, made, root, file, _at(disabled))


def _mark_of(path: Path | None) -> Mapping[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path else None


def _at(mark: Mapping[str, Any] | None) -> datetime | None:
    return datetime.fromisoformat(mark["at"]) if mark else None


def _read(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8")
    if not text.startswith("{"):  # made before roots were: the bare material in base64
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return {"created_at": made.isoformat(), "root": {"kind": roots.FILE, "place": {}}, "wrapped": text}
    content: dict[str, Any] = json.loads(text)
    return content


@lru_cache(maxsize=4096)
def _described(path: Path, _made: int) -> tuple[datetime, Root]:
    """When a version was made and its root; its file never changes, and no material is remembered here."""
    content = _read(path)
    return datetime.fromisoformat(content["created_at"]), Root(content["root"]["kind"], content["root"]["place"])


def _sync(folder: Path) -> None:
    """Make new names in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
