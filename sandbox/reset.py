"""`make reset`: forget the sandbox's state: `python -m sandbox.reset`."""

import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from sandbox import passwords, paths, quarters, testing
from sandbox.errors import SandboxError
from sandbox.postgres import PostgreSQL
from sandbox.state import State


def reset() -> None:
    """Remove `.sandbox/` and this checkout's folders outside; refuse while something runs from them."""
    folder = paths.TOP
    if not folder.exists() and not paths.private_folder().exists():
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as locks:
        for state in (folder, *sorted(path.parent for path in folder.glob("*/running.lock"))):
            locks.enter_context(State(state).lock())
        for run in sorted(path.parent for path in folder.glob("*/keeper.lock")):
            _require_no_runs(run)
        PostgreSQL(0, quarters.find(folder), passwords.load(folder / "env")).end_orphan()
        for place in (paths.private_folder(), paths.MEMORY / paths.private_name(), folder):
            if place.exists():
                shutil.rmtree(place)


def _require_no_runs(folder: Path) -> None:
    if testing.keeper_lives(folder):
        raise SandboxError(f"A {folder.name} run uses {folder}: wait for its end, then reset.")


def main() -> int:
    try:
        reset()
    except SandboxError as error:
        print(f"make reset: {error}", file=sys.stderr)
        return 1
    print("make reset: the sandbox starts anew with the next make up.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
