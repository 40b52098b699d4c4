"""Talks to the control surface of the AWS front door, which product code never sees."""

import http.client
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sandbox.errors import SandboxError
from sandbox.process import Process

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 30


def process(port: int, state: Path) -> Process:
    return Process(
        name="aws",
        command=[sys.executable, "-m", "sandbox.aws", "--port", str(port), "--state", str(state)],
    )


def ready(port: int) -> bool:
    try:
        call(port, "GET", "ready")
    except (OSError, http.client.HTTPException, SandboxError):
        return False
    return True


def call(port: int, method: str, name: str, body: object = None, *, query: Mapping[str, str] | None = None) -> Any:
    """Make one call to `/_sandbox/<name>` and return its JSON; raise SandboxError on a refusal."""
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    path = f"/_sandbox/{name}" + (f"?{urlencode(query)}" if query else "")
    payload = None if body is None else json.dumps(body)
    try:
        connection.request(method, path, payload, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise SandboxError(f"The AWS front door refused {name} ({answer.status}): {text[:300]}")
    try:
        return json.loads(text) if text else None
    except json.JSONDecodeError:
        return text


def account(port: int, account_id: str) -> dict[str, str]:
    """Keys of an administrator of `account_id`, which is made if there is none."""
    return dict(call(port, "POST", "accounts", {"account_id": account_id}))


def vendor(port: int) -> dict[str, str]:
    """Keys of the control plane's own user."""
    return dict(call(port, "POST", "vendor", {}))
