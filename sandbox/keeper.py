"""Keeps the servers of test runs alive while there are runs: `python -m sandbox.keeper FOLDER`."""

import fcntl
import json
import shutil
import sys
import time
from pathlib import Path
from typing import IO

from sandbox import paths, testing
from sandbox.errors import SandboxError
from sandbox.postgres import PostgreSQL
from sandbox.valkey import Valkey

START_SECONDS = 30
POLL_SECONDS = 0.2


def keep(folder: Path, runs: IO[str]) -> None:
    """Start the servers, wait until no run holds `runs`, end the servers and forget their data."""
    durable = json.loads((folder / "ports.json").read_text())["durable"]
    postgres, valkey = testing.servers(folder, durable=durable)
    _forget(postgres)
    try:
        valkey.start()
        postgres.start()
        _wait_until_ready(postgres, valkey)
        (folder / "ready").touch()
        while not testing.try_lock(runs, fcntl.LOCK_EX):
            _require_alive(postgres, valkey)
            time.sleep(POLL_SECONDS)
    finally:
        (folder / "ready").unlink(missing_ok=True)
        postgres.stop()
        valkey.stop()
        _forget(postgres)


def _forget(postgres: PostgreSQL) -> None:
    postgres.end_orphan()
    shutil.rmtree(postgres.quarters.data, ignore_errors=True)


def _wait_until_ready(*servers: PostgreSQL | Valkey) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not all(server.ready() for server in servers):
        _require_alive(*servers)
        if time.monotonic() > deadline:
            raise SandboxError(f"PostgreSQL and Valkey were not ready within {START_SECONDS} s.")
        time.sleep(0.05)


def _require_alive(*servers: PostgreSQL | Valkey) -> None:
    for server in servers:
        if not server.process.running:
            raise SandboxError(f"{server.process.name} has ended with status {server.process.status}")


def main() -> int:
    folder = paths.state_folder(sys.argv[1])
    # A new run waits for `runs`, then looks at the keeper's lock: so that one is let go first.
    with (folder / "runs.lock").open("w") as runs, (folder / "keeper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            keep(folder, runs)
        except SandboxError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
