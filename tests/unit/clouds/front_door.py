"""The AWS front door as a process of its own: its memory belongs to a process, ours is shared by tests."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regions.clouds.aws.session import AwsConfig, Session, own_session

ROOT = Path(__file__).parents[3]
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FrontDoor:
    url: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def administrator(self, account_id: str, region: str) -> Session:
        keys = self.ask("POST", "accounts", {"account_id": account_id})
        return own_session(AwsConfig(self.url, keys["access_key_id"], keys["secret_access_key"]), region)

    def vendor(self) -> tuple[AwsConfig, str]:
        """The control plane's own keys, and its principal."""
        keys = self.ask("POST", "vendor", {})
        config = AwsConfig(self.url, keys["access_key_id"], keys["secret_access_key"])
        return config, keys["principal_arn"]

    def evaluated(self, account_id: str, principal: str) -> set[str]:
        """What the evaluator judged allowed, as `service:Action`."""
        return set(self.ask("GET", f"evaluated?account_id={account_id}&principal={principal}"))


@contextmanager
def running(delay_seconds: float) -> Iterator[FrontDoor]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sandbox.aws", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=dict(os.environ)) as process:
        try:
            door = FrontDoor(f"http://127.0.0.1:{port}")
            _wait(door)
            kinds = ("cluster", "nodegroup", "rds", "nat")
            door.ask("PUT", "delays", dict.fromkeys(kinds, delay_seconds))
            yield door
        finally:
            process.terminate()


def _wait(door: FrontDoor) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            door.ask("GET", "ready")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
