"""A whole installation of its own: PostgreSQL, Valkey, two web processes, two workers, two beats."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from sandbox import environment, passwords, paths, ports, quarters, testing
from sandbox.postgres import PostgreSQL
from sandbox.valkey import Valkey
from tests.faults.driving import kill
from tests.faults.world import FrontDoor, until

NAME = "services"
START_SECONDS = 90
CELERY = ("-m", "celery", "-A", "console.celery")
QUIET = ("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat")


@dataclass
class Installation:
    postgres: PostgreSQL
    valkey: Valkey
    told: dict[str, str]
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    web: dict[str, int] = field(default_factory=dict)

    def run(self, *arguments: str) -> str:
        """A command of the product that ends by itself; returns what it printed last."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=paths.ROOT, env={**os.environ, **self.told}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (done.stdout.strip().splitlines() or [""])[-1]

    def start(self) -> None:
        for number in ("1", "2"):
            self._spawn(f"worker-{number}", *CELERY, "worker", "--concurrency", "1", "-n", f"w{number}@%h", *QUIET)
            schedule = str(self.folder / f"beat-{number}")
            self._spawn(f"beat-{number}", *CELERY, "beat", "--loglevel", "WARNING", "--schedule", schedule)
            port = self.web[f"web-{number}"] = _free_port()
            self._spawn(
                f"web-{number}", "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(port), "--blocking-threads", "2", "--log-level", "error", "console.wsgi:application",
            )  # fmt: skip

    def _spawn(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments], cwd=paths.ROOT, env={**os.environ, **self.told},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        kill(self.processes.pop(name))
        self.web.pop(name, None)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.valkey.stop()
        self.postgres.stop()

    def restart_postgres(self) -> None:
        self.postgres.stop()
        self.postgres.start()
        until(self.postgres.ready, seconds=START_SECONDS, what="PostgreSQL did not come back")

    def flush(self) -> None:
        import redis

        with redis.Redis.from_url(self.told["BROKER_URL"]) as client:
            client.flushall()

    def ready(self) -> bool:
        """Every web process that lives answers for database, broker and worker."""
        return all(_status(port) == 200 for port in self.web.values())

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url("superuser")) as connection:
            return connection.execute(question, values).fetchall()


def _status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def installation(door: FrontDoor, folder: Path) -> Iterator[Installation]:
    home = paths.state_folder(NAME)
    found = testing.choose_ports(home)
    secrets = passwords.load(home / "env")
    place = quarters.find(home, in_memory=True)
    postgres = PostgreSQL(found.postgres, place, secrets, durable=False, log=folder / "postgres.log")
    valkey = Valkey(found.valkey, home, secrets, log=folder / "valkey.log")
    made = Installation(postgres, valkey, _told(door, found, secrets, folder), folder)
    made.told |= environment.servers(made.postgres, made.valkey)
    try:
        postgres.start()
        made.valkey.start()
        until(postgres.ready, seconds=START_SECONDS, what="PostgreSQL did not start")
        until(made.valkey.ready, seconds=START_SECONDS, what="Valkey did not start")
        _empty(postgres)
        made.run("manage.py", "migrate", "--database", "owner", "--verbosity", "0")
        yield made
    finally:
        made.stop()


def _told(door: FrontDoor, found: ports.Ports, secrets: passwords.Passwords, folder: Path) -> dict[str, str]:
    return {
        **environment.product(found, secrets, kek=folder / "kek"),
        "AWS_ENDPOINT_URL": door.url,
        "AWS_ACCESS_KEY_ID": door.config.access_key_id,
        "AWS_SECRET_ACCESS_KEY": door.config.secret_access_key,
        "CONTROL_PLANE_PRINCIPAL_ARN": door.principal_arn,
        "DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings",
    }


def _empty(postgres: PostgreSQL) -> None:
    """An earlier run may have left its tables."""
    with psycopg.connect(postgres.url("superuser"), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public AUTHORIZATION byoc_owner")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def begun(made: Installation, door: FrontDoor) -> dict[str, str]:
    said: dict[str, str] = json.loads(made.run("-m", "tests.faults.scene", str(door.port)))
    return said
