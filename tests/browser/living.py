"""The whole sandbox as a person starts it, with state and ports of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sandbox import frontdoor, paths, ports
from sandbox.errors import SandboxError
from sandbox.ports import Ports

STATE = "browser"
FIRST_PORT = 8_300
SEARCHED_PORTS = 200
READY_SECONDS = 150
STOP_SECONDS = 20
SHORT_DELAYS = {"cluster": 5.0, "nodegroup": 4.0, "rds": 6.0, "nat": 3.0}  # seconds
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Living:
    """A running sandbox."""

    ports: Ports
    folder: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports.web}"

    def demo(self) -> Mapping[str, Any]:
        """The people of the demo organization, who are there before its region is."""
        file = self.folder / "demo.json"
        wait_until(file.exists, "The demo organization", seconds=60)
        document: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return document

    def person(self, role: str) -> Mapping[str, str]:
        """Name, email, password, totp_secret and role of one of the cast."""
        found: Mapping[str, str] = next(one for one in self.demo()["people"] if one["role"] == role)
        return found

    def log(self) -> str:
        return (self.folder / "up.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def living() -> Iterator[Living]:
    """Start with an empty state, end with the process group; what it printed stays in `up.log`."""
    folder = paths.TOP / STATE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "started").unlink(missing_ok=True)  # without this mark a start forgets what there was
    (folder / "demo.json").unlink(missing_ok=True)
    found = free_ports()
    with (folder / "up.log").open("w") as log:
        process = _start(found, log)
        try:
            _make_quick(process, found, folder)
            yield Living(found, folder)
        finally:
            _stop(process)


def free_ports() -> Ports:
    for step in range(SEARCHED_PORTS):
        found = ports.derive(FIRST_PORT + (os.getpid() + step) % SEARCHED_PORTS)  # two suites at once seldom meet
        try:
            ports.require_free(found)
        except SandboxError:
            continue
        return found
    raise SandboxError("No free ports for the browser tests: end what listens on ports 8300 to 8500.")


def wait_until(true: Callable[[], bool], what: str, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} took longer than {seconds:.0f} s."
        time.sleep(0.1)


def _start(found: Ports, log: IO[str]) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PORT": str(found.web), "BYOC_STATE": STATE}
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox.up"], cwd=paths.ROOT, env=environment,
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip


def _make_quick(process: subprocess.Popen[bytes], found: Ports, folder: Path) -> None:
    """Shorten the cloud's delays before anything is made, and wait until the console is ready."""

    def alive_and(true: Callable[[], bool]) -> Callable[[], bool]:
        def look() -> bool:
            assert process.poll() is None, (folder / "up.log").read_text()[-2000:]
            return true()

        return look

    wait_until(alive_and(lambda: frontdoor.ready(found.aws)), "The AWS front door", seconds=READY_SECONDS)
    frontdoor.call(found.aws, "PUT", "delays", SHORT_DELAYS)
    wait_until(alive_and((folder / "started").exists), "The console", seconds=READY_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
