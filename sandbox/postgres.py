"""PostgreSQL from a Python wheel: one cluster, one database, three roles that are not superuser."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from sandbox.errors import SandboxError
from sandbox.passwords import Passwords
from sandbox.paths import write_private
from sandbox.process import Process
from sandbox.quarters import Quarters, give

HOST = "127.0.0.1"
DATABASE = "byoc"
SUPERUSER = "postgres"
MAJOR_VERSION = "18"
STOP_SECONDS = 10

READY_LINE = 7  # of postmaster.pid, counted from 0 (LOCK_FILE_LINE_PM_STATUS in PostgreSQL's pidfile.h)

ORDINARY = {"shared_buffers": "256MB", "max_connections": "200", "log_min_messages": "fatal"}
WITHOUT_DURABILITY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
}


@dataclass(slots=True)
class PostgreSQL:
    port: int
    quarters: Quarters
    passwords: Passwords
    durable: bool = True
    """False: a power cut loses the data, commits are much faster."""
    log: Path | None = None
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = Process(
            name="postgres",
            command=[
                str(self.quarters.programs / "postgres"),
                "-D",
                str(self.quarters.data),
                *self._options(),
            ],
            environment=_environment(),
            folder=Path("/"),
            user=self.quarters.user,
            stop_signal=signal.SIGINT,  # "fast shutdown": sessions are ended, data is flushed
            log=self.log,
        )

    def start(self) -> None:
        """Start the server; make the cluster first if there is none."""
        if not self.exists():
            self._initialize()
        self._require_version()
        self.end_orphan()
        self.process.start()

    def ready(self) -> bool:
        """Tell whether the server answers; roles and database are made when it first does."""
        if not self._says_ready():
            return False
        try:
            with psycopg.connect(
                self.url("superuser", SUPERUSER), autocommit=True, connect_timeout=2
            ) as connection:
                prepare(connection, self.passwords)
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        self.process.stop(timeout=STOP_SECONDS)

    def exists(self) -> bool:
        return (self.quarters.data / "PG_VERSION").exists()

    def url(self, role: str, database: str = DATABASE) -> str:
        """URL of `database` for a role: `superuser`, `owner`, `app` or `engine`."""
        name = SUPERUSER if role == "superuser" else f"byoc_{role}"
        return f"postgresql://{name}:{getattr(self.passwords, role)}@{HOST}:{self.port}/{database}"

    def _says_ready(self) -> bool:
        """Read the server's own word: asking too early makes it log each refusal."""
        try:
            lines = (self.quarters.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"

    def _options(self) -> list[str]:
        settings = ORDINARY | ({} if self.durable else WITHOUT_DURABILITY)
        settings |= {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": ""}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _initialize(self) -> None:
        give(self.quarters.data, self.quarters.user)
        secret = self.quarters.data.with_name(f"{self.quarters.data.name}.password")
        write_private(secret, self.passwords.superuser)
        if self.quarters.user is not None:
            os.chown(secret, self.quarters.user, self.quarters.user)
        try:
            self._run_initdb(secret)
        finally:
            secret.unlink()

    def _run_initdb(self, secret: Path) -> None:
        done = subprocess.run(
            [str(self.quarters.programs / "initdb"), "-D", str(self.quarters.data), "-U", SUPERUSER,
             f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"],
            env=_environment(), cwd="/", user=self.quarters.user, group=self.quarters.user,
            extra_groups=None if self.quarters.user is None else [],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SandboxError(f"PostgreSQL could not make its data folder {self.quarters.data}: {reason}.")

    def _require_version(self) -> None:
        found = (self.quarters.data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise SandboxError(
                f"The data is of PostgreSQL {found}, not {MAJOR_VERSION}: make reset forgets the data."
            )

    def end_orphan(self) -> None:
        """End a server that outlived the sandbox that started it."""
        mark = self.quarters.data / "postmaster.pid"
        try:
            pid = int(mark.read_text().split()[0])
            if "postgres" not in Path(f"/proc/{pid}/cmdline").read_text():
                return
            os.kill(pid, signal.SIGINT)
        except (OSError, ValueError, IndexError):
            return
        deadline = time.monotonic() + STOP_SECONDS
        while mark.exists() and time.monotonic() < deadline:
            time.sleep(0.05)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def prepare(connection: psycopg.Connection, passwords: Passwords) -> None:
    """Make the roles and the database that are missing."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, rights in (("owner", "CREATEDB"), ("app", "NOCREATEDB"), ("engine", "NOCREATEDB")):
        if f"byoc_{role}" not in known:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS {} PASSWORD {}").format(
                    sql.Identifier(f"byoc_{role}"), sql.SQL(rights), sql.Literal(getattr(passwords, role))
                )
            )
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER byoc_owner STRATEGY wal_log").format(sql.Identifier(DATABASE))
        )
