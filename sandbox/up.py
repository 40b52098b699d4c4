"""`make up`: the console with everything it needs, on this machine: `python -m sandbox.up`."""

import http.client
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox import certificates, environment, frontdoor, passwords, paths, ports, quarters, welcome
from sandbox.errors import SandboxError
from sandbox.passwords import Passwords
from sandbox.ports import Ports
from sandbox.postgres import PostgreSQL
from sandbox.process import Process
from sandbox.state import State
from sandbox.supervisor import End, Interrupted, Printer, Supervisor
from sandbox.valkey import Valkey

PROGRAMS = Path(sys.executable).parent
READY_SECONDS = 60
PRODUCT, MIDDLE, STORES = 0, 1, 2  # the order in which tiers end
WORKER_PROCESSES = 2
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
        """Start everything and wait until the console is ready."""
        self._start_stores()
        self._start_cloud()
        if self.state.needs_migration():
            self.supervisor.finish(self._python("migrate", "manage.py", "migrate", "--database", "owner"))
            self.state.mark_migrated()
        self._start_product()
        self.supervisor.wait_until(self._answers, "The console", seconds=READY_SECONDS)
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

    def _start_cloud(self) -> None:
        self.supervisor.wait_until(
            lambda: frontdoor.ready(self.ports.aws), "The AWS front door", seconds=READY_SECONDS
        )
        keys = frontdoor.vendor(self.ports.aws)
        self.environment |= {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
            "CONTROL_PLANE_PRINCIPAL_ARN": keys["principal_arn"],
        }

    def _start_product(self) -> None:
        pair = certificates.ensure(self.state.folder, now=certificates.current_time())
        tls = ["--ssl-certificate", str(pair[0]), "--ssl-keyfile", str(pair[1])]
        celery = ["-m", "celery", "-A", "console.celery"]
        worker = ["worker", "--concurrency", str(WORKER_PROCESSES), "--loglevel", "INFO", "--without-gossip",
                  "--without-mingle", "--without-heartbeat"]  # fmt: skip
        beat = ["beat", "--loglevel", "WARNING", "--schedule", str(self.state.folder / "beat-schedule")]
        for process in (
            self._web("web", self.ports.web),
            self._python("worker", *celery, *worker),
            self._python("beat", *celery, *beat, "--pidfile", ""),
            self._python("dns", "-m", "sandbox.nameserver", str(self.ports.dns), str(self.ports.aws)),
            self._web("tls", self.ports.tls, *tls),
        ):
            self.supervisor.start(process, tier=PRODUCT)

    def _web(self, name: str, port: int, *options: str) -> Process:
        command = [str(PROGRAMS / "granian"), "--interface", "wsgi", "--host", "127.0.0.1",
                   "--port", str(port), "--blocking-threads", str(WEB_THREADS), "--log-level", "warning",
                   *options, "console.wsgi:application"]  # fmt: skip
        return Process(name=name, command=command, environment=self._whole(), folder=paths.ROOT)

    def _python(self, name: str, *arguments: str) -> Process:
        command = [sys.executable, *arguments]
        return Process(name=name, command=command, environment=self._whole(), folder=paths.ROOT)

    def _whole(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def _answers(self) -> bool:
        return status(self.ports.web, "/readyz") == http.client.OK


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
