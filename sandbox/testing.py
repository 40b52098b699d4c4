"""Servers for test runs: started by the first that needs them, ended when the last one has gone.

Every run holds a shared lock on one file for as long as it lives; the keeper, a process of its own that
started the servers, ends them and itself once it gets that lock for itself. A killed run loses its lock too.

Settings read the environment when they are imported, and pytest-django imports them before any conftest:
a settings module of the suite calls `os.environ.update(start())` first; `stop()` belongs in
`pytest_unconfigure`.
"""

import fcntl
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import IO

from sandbox import environment, passwords, paths, ports, quarters
from sandbox.errors import SandboxError
from sandbox.postgres import DATABASE, PostgreSQL
from sandbox.valkey import DATABASES, Valkey

START_SECONDS = 60
STOP_SECONDS = 20
RUN = "BYOC_TEST_RUN"  # names the run to its xdist workers
SEARCHED_PORTS = 200

_held: dict[str, IO[str]] = {}


def start(name: str = "test", *, durable: bool = False) -> dict[str, str]:
    """Start PostgreSQL and Valkey, or join those that run, and return the product's environment.

    Every run has a database name and a broker database of its own; xdist workers share their run's database
    name, to which pytest-django appends the worker. `durable`: commit to disk, as benchmarks want it.
    """
    folder = paths.state_folder(name)
    run = os.environ.setdefault(RUN, str(os.getpid()))
    with (folder / "start.lock").open("w") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        if name not in _held:
            _held[name] = (folder / "runs.lock").open("w")
            fcntl.flock(_held[name], fcntl.LOCK_SH)
        if not keeper_lives(folder):
            _spawn_keeper(folder, durable=durable)
    return _environment(folder, run)


def stop(name: str = "test") -> None:
    """Leave the servers; wait until they have ended if nobody else uses them."""
    folder = paths.state_folder(name)
    lock = _held.pop(name, None)
    if lock is None:
        return
    alone = try_lock(lock, fcntl.LOCK_EX)
    lock.close()
    deadline = time.monotonic() + STOP_SECONDS
    while alone and keeper_lives(folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def servers(folder: Path, *, durable: bool) -> tuple[PostgreSQL, Valkey]:
    """The servers described by `folder/ports.json`."""
    known = json.loads((folder / "ports.json").read_text())
    secrets = passwords.load(folder / "env")
    home = quarters.find(folder, in_memory=not durable)
    return (
        PostgreSQL(known["postgres"], home, secrets, durable=durable, log=folder / "postgres.log"),
        Valkey(known["valkey"], folder, secrets, log=folder / "valkey.log"),
    )


def choose_ports(folder: Path) -> ports.Ports:
    """Free ports for the servers in `folder`, the same each time where possible."""
    seed = zlib.crc32(os.fsencode(folder))
    for attempt in range(SEARCHED_PORTS):
        found = ports.derive(1 + (seed + attempt) % 65_535)
        if all(ports.is_free(port) for port in (found.postgres, found.valkey)):
            return found
    raise SandboxError("No free ports for the test servers: end what listens on ports 10000 to 32000.")


def _environment(folder: Path, run: str) -> dict[str, str]:
    known = json.loads((folder / "ports.json").read_text())
    postgres, valkey = servers(folder, durable=known["durable"])
    worker = run + os.environ.get("PYTEST_XDIST_WORKER", "")
    found = ports.derive(known["web"])
    return environment.product(found, passwords.load(folder / "env"), kek=folder / "kek") | environment.servers(
        postgres,
        valkey,
        database=f"{DATABASE}_{run}",
        broker_database=1 + zlib.crc32(worker.encode()) % (DATABASES - 1),
    )


def _spawn_keeper(folder: Path, *, durable: bool) -> None:
    found = choose_ports(folder)
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    paths.write_private(
        folder / "ports.json",
        json.dumps({"web": found.web, "postgres": found.postgres, "valkey": found.valkey, "durable": durable}),
    )
    with (folder / "keeper.log").open("w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "sandbox.keeper", folder.name],
            cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise SandboxError(f"The test servers did not start: {_last_line(folder)}; see {folder}/*.log.")
        time.sleep(0.02)
    keeper.returncode = 0  # it outlives this run; nobody waits for it


def _last_line(folder: Path) -> str:
    return ((folder / "keeper.log").read_text().strip().splitlines() or ["no reason given"])[-1]


def keeper_lives(folder: Path) -> bool:
    with (folder / "keeper.lock").open("w") as lock:
        return not try_lock(lock, fcntl.LOCK_SH)


def try_lock(lock: IO[str], kind: int) -> bool:
    """Take the lock if nobody is in the way; `kind` is fcntl.LOCK_SH or fcntl.LOCK_EX."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
