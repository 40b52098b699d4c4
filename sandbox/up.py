"""`make up`: the console with everything it needs, on this machine: `python -m sandbox.up`."""

import http.client
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox import environment, frontdoor, passwords, paths, ports, quarters, welcome
from sandbox.errors import SandboxError
from sandbox.passwords import Passwords
from sandbox.ports import Ports
from sandbox.postgres import PostgreSQL
from sandbox.process import Process
from sandbox.state import State
from sandbox.supervisor import End, Interrupted, Printer, Supervisor
from sandbox.valkey import Valkey

READY_SECONDS = 180  # a busy machine is slow, not broken
RENEW_SECONDS = 60 * 24 * 3600  # the listener's certificate holds for 90 days
PRODUCT, MIDDLE, STORES = 0, 1, 2  # the order in which tiers end
WORKER_PROCESSES = 2
CELERY = ("-m", "celery", "--quiet", "-A", "console.celery")
ROOT_WARNING = "You're running the worker with superuser privileges"  # messages are JSON alone, nothing else
WEB_THREADS = 16


@dataclass(slots=True)
class Sandbox:
    """The parts of a running sandbox, in the order in which they start."""

    ports: Ports
    state: State
    passwords: Passwords
    supervisor: Supervisor
    postgres: PostgreSQL
    valkey: Valkey
    environment: dict[str, str]
    demo: bool

    def start(self) -> None:
        """Start everything and wait until all of it is ready; pages come first."""
        self._start_stores()
        if self.state.needs_migration():
            self.supervisor.finish(self._python("migrate", "manage.py", "migrate", "--database", "owner"))
            self.state.mark_migrated()
        keys = self.state.vendor_keys() or self._ask_for_keys()
        self.environment |= environment.control_plane(keys)
        self._start_web()
        self._start_others()
        self.supervisor.wait_until(self._is_ready, "The console", seconds=READY_SECONDS, every=0.5)
        self.state.keep_vendor_keys(self._ask_for_keys())
        self.supervisor.wait_until(lambda: answers(self.ports.tls), "The TLS listener", seconds=READY_SECONDS)
        if not self.state.started.exists():
            frontdoor.call(self.ports.aws, "POST", "snapshot")
            self.state.started.touch()

    def watch(self) -> None:
        """Say where the console is, build the demo, then stream logs until something ends."""
        welcome.show(self.ports, self.state.demo, demo=self.demo)
        shown = self.state.demo.exists() or not self.demo
        if self.demo:
            builder = self._python("demo", "-m", "sandbox.demo")
            self.supervisor.start(builder, tier=PRODUCT, end=End.SAID_IF_FAILED)
        while True:
            self.supervisor.pump(seconds=0.5)
            if not shown and self.state.demo.exists():
                welcome.show_people(self.state.demo)
                shown = True

    def _start_stores(self) -> None:
        """The front door takes longest to come up, so it goes first."""
        self.supervisor.start(frontdoor.process(self.ports.aws, self.state.cloud), tier=MIDDLE)
        self.valkey.start()
        self.supervisor.adopt(self.valkey.process, tier=STORES)
        self.postgres.start()
        self.supervisor.adopt(self.postgres.process, tier=STORES)
        self.supervisor.wait_until(self.postgres.ready, "PostgreSQL", seconds=READY_SECONDS)
        self.supervisor.wait_until(self.valkey.ready, "Valkey", seconds=READY_SECONDS)

    def _ask_for_keys(self) -> dict[str, str]:
        self.supervisor.wait_until(
            lambda: frontdoor.ready(self.ports.aws), "The AWS front door", seconds=READY_SECONDS
        )
        return frontdoor.vendor(self.ports.aws)

    def _start_web(self) -> None:
        self.supervisor.start(self._web("web", self.ports.web), tier=PRODUCT)
        self.supervisor.wait_until(lambda: answers(self.ports.web), "The web server", seconds=READY_SECONDS)

    def _start_others(self) -> None:
        self._make_certificate()
        tls = ["--ssl-certificate", str(self.state.certificate), "--ssl-keyfile", str(self.state.key)]
        schedule = ["--schedule", str(self.state.folder / "beat-schedule"), "--pidfile", ""]
        for process in (
            self._worker(),
            self._python("beat", *CELERY, "beat", "--loglevel", "WARNING", *schedule),
            self._python("dns", "-m", "sandbox.nameserver", str(self.ports.dns), str(self.ports.aws)),
            self._web("tls", self.ports.tls, *tls),
            self._python("region", "-m", "sandbox.region"),
        ):
            self.supervisor.start(process, tier=PRODUCT)

    def _make_certificate(self) -> None:
        pair = (self.state.certificate, self.state.key)
        if not all(file.exists() and file.stat().st_mtime > time.time() - RENEW_SECONDS for file in pair):
            folder = str(self.state.folder)
            self.supervisor.finish(self._python("tls", "-m", "sandbox.certificates", folder))

    def _web(self, name: str, port: int, *options: str) -> Process:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                   "--port", str(port), "--blocking-threads", str(WEB_THREADS), "--log-level", "error",
                   *options, "console.wsgi:application"]  # fmt: skip
        return Process(name=name, command=command, environment=self._whole(), folder=paths.ROOT)

    def _python(self, name: str, *arguments: str) -> Process:
        command = [sys.executable, *arguments]
        return Process(name=name, command=command, environment=self._whole(), folder=paths.ROOT)

    def _worker(self) -> Process:
        options = ["--concurrency", str(WORKER_PROCESSES), "--loglevel", "INFO", "--without-gossip",
                   "--without-mingle", "--without-heartbeat"]  # fmt: skip
        process = self._python("worker", *CELERY, "worker", *options)
        process.environment = {**self._whole(), "PYTHONWARNINGS": f"ignore:{ROOT_WARNING}"}
        return process

    def _whole(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def _is_ready(self) -> bool:
        return status(self.ports.web, "/readyz") == http.client.OK


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def status(port: int, path: str) -> int:
    """HTTP status of a page on loopback, 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def build(folder: Path, port: int, *, demo: bool) -> Sandbox:
    """Describe the sandbox of this checkout; nothing is started."""
    found = ports.derive(port)
    secrets = passwords.load(folder / "env")
    postgres = PostgreSQL(found.postgres, quarters.find(folder), secrets)
    valkey = Valkey(found.valkey, paths.state_folder("valkey"), secrets)
    state = State(folder)
    told = environment.product(found, secrets, kek=state.keys) | environment.servers(postgres, valkey)
    told |= environment.public_apis(found, authority=state.authority)
    told |= {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "PORT": str(port), "SANDBOX_STATE": str(folder)}
    return Sandbox(found, state, secrets, Supervisor(Printer()), postgres, valkey, told, demo)


def run() -> None:
    began = time.monotonic()
    port = ports.parse(os.environ.get("PORT") or "8000")
    folder = paths.state_folder()
    state = State(folder)
    with state.lock() as lock:
        lock.truncate(0)
        lock.write(str(port))
        lock.flush()
        sandbox = build(folder, port, demo=os.environ.get("DEMO", "1") != "0")
        sandbox.postgres.end_orphan()
        ports.require_free(sandbox.ports)
        sandbox.state.prepare(sandbox.postgres)
        with sandbox.supervisor.running():
            sandbox.start()
            sandbox.supervisor.printer.line("sandbox", f"ready after {time.monotonic() - began:.1f} s")
            sandbox.watch()


def main() -> int:
    try:
        run()
    except Interrupted:
        print("make up: ended.", file=sys.stderr)
        return 0
    except KeyboardInterrupt:
        return 130
    except SandboxError as error:
        print(f"make up: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
