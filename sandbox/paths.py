"""Folders of the sandbox: everything it writes lies in `.sandbox/` or in one private folder outside."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

from sandbox.errors import SandboxError

ROOT = Path(__file__).resolve().parent.parent
TOP = ROOT / ".sandbox"
STATE = TOP / os.environ.get("BYOC_STATE", "")
"""Where this sandbox keeps its state: `BYOC_STATE=browser` is one of its own beside that of `make up`."""
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 1 << 30  # bytes; a test database with its write-ahead log stays well below


def private_name() -> str:
    """Name of this checkout's folders outside of it."""
    digest = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    return f"byoc-console-{digest}-{os.geteuid()}"


def private_folder() -> Path:
    """A folder that an unprivileged user can reach even where the checkout lies under mode 0700."""
    return Path("/var/tmp") / private_name()


def memory_folder() -> Path | None:
    """A folder in memory, or None where there is no room for one."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_NEEDED:
        return None
    return MEMORY / private_name()


def claim(folder: Path) -> Path:
    """Create `folder` under a world-writable one, refusing what somebody else put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SandboxError(f"{folder} belongs to somebody else: remove it, then start again.")
    folder.chmod(0o711)
    return folder


def state_folder(*parts: str) -> Path:
    """A folder under `.sandbox/` that only its owner can read."""
    folder = STATE.joinpath(*parts)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(
            f"{folder} cannot be written: {error.strerror}; run make where you may write."
        ) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Write `text` to a file of mode 0600, at once or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
