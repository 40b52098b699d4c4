"""From a bare python3 to a make target: `python3 sandbox/bootstrap.py TARGET`.

Standard library alone, and no syntax newer than Python 3.6, so that an old one can say that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".synced"
OLDEST = (3, 11)


class Problem(Exception):
    """One sentence: what happened and what to do."""


def main() -> None:
    target = sys.argv[1] if len(sys.argv) > 1 else "up"
    try:
        require_python()
        require_writable()
        prepare()
    except Problem as problem:
        sys.exit(f"make {target}: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(str(ROOT))
    os.execv(str(PYTHON), [str(PYTHON), "-m", "sandbox.targets", target])


def require_python() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        raise Problem(f"Python {found} is too old: install 3.11 or newer and name it, make PYTHON=python3.11.")


def require_writable() -> None:
    for folder in (ROOT, VENV, ROOT / ".sandbox"):
        if folder.exists() and not os.access(str(folder), os.W_OK | os.X_OK):
            raise Problem(f"{folder} cannot be written by this user: work in a copy of your own, or as its owner.")


def prepare() -> None:
    """Make `.venv` hold what requirements.lock lists; one process of this folder at a time."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not is_synced():
            make_environment()
            sync()
    finally:
        os.close(folder)


def wanted() -> str:
    """What the environment must hold: the locked packages, for this folder and this Python."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info[0]}.{sys.version_info[1]} {VENV}\n"


def is_synced() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted()


def works() -> bool:
    """Tell whether the environment's Python runs and is of the version that made the call."""
    if not PYTHON.exists():
        return False
    code = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])!r})"
    return subprocess.call([str(PYTHON), "-c", code], stderr=subprocess.DEVNULL) == 0


def make_environment() -> None:
    if not (works() and has_pip_of_this_folder()):
        say("making .venv")
        if create_venv() != 0:
            install_venv()
        if not works():
            raise Problem(f"python3 -m venv made no working {VENV}: remove it, then run make again.")
    if not (VENV / "bin" / "uv").exists():
        say("installing uv")
        if run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv") != 0:
            raise Problem("pip could not install uv: see its message above, then run make again.")


def has_pip_of_this_folder() -> bool:
    """Programs in an environment name its folder: one that was moved or copied is made anew."""
    pip = VENV / "bin" / "pip"
    return pip.exists() and f"{VENV}/" in pip.read_text()[:1000]


def create_venv() -> int:
    return run(sys.executable, "-m", "venv", "--clear", VENV)


def install_venv() -> None:
    """Debian keeps venv in a package of its own."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem("python3 -m venv does not work here: have the system package python3-venv installed.")
    say("installing python3-venv")
    if run("apt-get", "update", "-qq") or run("apt-get", "install", "-y", "-qq", "python3-venv") or create_venv():
        raise Problem("python3-venv could not be installed: see apt-get's message above, then run make again.")


def sync() -> None:
    say("installing what requirements.lock lists")
    if run(VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, LOCK) != 0:
        raise Problem("The packages could not be installed: see uv's message above, then run make again.")
    packages = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (packages / "checkout.pth").write_text(f"{ROOT}\n")  # every program of .venv can import this folder
    STAMP.write_text(wanted())


def run(*command: object) -> int:
    """Run a command with everything it prints on standard error; return its exit status."""
    return subprocess.call([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=sys.stderr)


def say(text: str) -> None:
    sys.stderr.write(f"make: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
