"""The targets of the Makefile, in the prepared environment: `python -m sandbox.targets NAME`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from sandbox.paths import ROOT

BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
CHROMIUM = "chromium"
WORKERS = "3"
"""Of the test suite, on two cores: one that drives the browser waits most of the time."""
STATIC_SETTINGS = {"DJANGO_SETTINGS_MODULE": "console.settings.test"}
DEPLOYED = {
    "DJANGO_SETTINGS_MODULE": "console.settings.prod",
    "SECRET_KEY": "only-for-the-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "console.example.com",
    "DATABASE_URL": "postgresql://byoc_app@127.0.0.1:1/byoc",
    "DATABASE_OWNER_URL": "postgresql://byoc_owner@127.0.0.1:1/byoc",
    "DATABASE_ENGINE_URL": "postgresql://byoc_engine@127.0.0.1:1/byoc",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "KEK_STORE": "file:.sandbox/kek",
    "CONTROL_PLANE_PRINCIPAL_ARN": "arn:aws:iam::111111111111:user/byoc-control-plane",
}


def up() -> int:
    return _become(PYTHON, "-m", "sandbox.up")


def reset() -> int:
    return _become(PYTHON, "-m", "sandbox.reset")


def test() -> int:
    install_chromium()
    return _become(PYTHON, "-m", "pytest", "-n", WORKERS)


def faults() -> int:
    return _become(PYTHON, "-m", "pytest", "-n", "2", "tests/faults", environment={"FAULTS": "all"})


def bench() -> int:
    only = os.environ.get("ONLY", "")
    return _become(PYTHON, "-m", "tests.benchmarks", *([only] if only else []))


def screenshots() -> int:
    install_chromium()
    return _become(PYTHON, "-m", "tests.browser.screenshots")


def manifests() -> int:
    return _become(PYTHON, "manage.py", "manifests", "--sample", environment=STATIC_SETTINGS)


def lock() -> int:
    """Pin every dependency with its hashes, for all platforms."""
    return _run(
        [str(BIN / "uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
         "--python-version", "3.11", "--group", "sandbox", "--group", "test", "--group", "check",
         "pyproject.toml", "-o", "requirements.lock"],
    )  # fmt: skip


def check() -> int:
    """Run every check, also after one has failed."""
    failed = [name for name, command, environment in _checks() if not _passes(name, command, environment)]
    if failed:
        print(f"make check: failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _checks() -> list[tuple[str, list[str], Mapping[str, str]]]:
    manage = [PYTHON, "manage.py"]
    return [
        ("ruff", [str(BIN / "ruff"), "check"], {}),
        ("ruff format", [str(BIN / "ruff"), "format", "--check"], {}),
        ("mypy", [str(BIN / "mypy"), "."], {}),
        ("import-linter", [str(BIN / "lint-imports")], {}),
        ("templates", [str(BIN / "djlint"), "--lint", "--quiet", "templates", "sandbox/templates"], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], STATIC_SETTINGS),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], DEPLOYED),
    ]


def _passes(name: str, command: Sequence[str], environment: Mapping[str, str]) -> bool:
    print(f"make check: {name}", file=sys.stderr)
    return _run(command, environment) == 0


def install_chromium() -> None:
    """Take Chromium from Debian where that is possible; otherwise the browser tests say what is missing."""
    if shutil.which(CHROMIUM):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("make: installing Chromium", file=sys.stderr)
        if all(_run(["apt-get", "-qq", *words]) == 0 for words in (["update"], ["install", "-y", CHROMIUM])):
            return
    print("make: Chromium is missing, so the browser tests fail: install the package chromium.", file=sys.stderr)


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a command with what it prints on standard error; return its exit status."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=sys.stderr, check=False,
    )  # fmt: skip
    return done.returncode


def _become(*command: str, environment: Mapping[str, str] | None = None) -> int:
    """Go on as another program, whose exit status is then ours."""
    sys.stderr.flush()
    os.execve(command[0], list(command), {**os.environ, **(environment or {})})


TARGETS: dict[str, Callable[[], int]] = {
    "up": up,
    "test": test,
    "check": check,
    "faults": faults,
    "bench": bench,
    "reset": reset,
    "screenshots": screenshots,
    "manifests": manifests,
    "lock": lock,
}


def main() -> int:
    target = TARGETS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if target is None:
        print(f"Choose one of {', '.join(TARGETS)}.", file=sys.stderr)
        return 2
    return target()


if __name__ == "__main__":
    sys.exit(main())
