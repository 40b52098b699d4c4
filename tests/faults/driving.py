"""Working operations off, in this process or in workers that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from console.operations.engine.shift import EngineConfig, Shift
from console.operations.models import Operation, Step
from sandbox import paths
from tests.faults.world import FrontDoor, World

QUICK = replace(EngineConfig(), lease=timedelta(seconds=2), look=timedelta(milliseconds=50))
BRIEF = replace(QUICK, shift=timedelta(milliseconds=200))
"""Comes back in the middle of things."""
PATIENCE_SECONDS = 120


def seen(operation: Operation) -> Operation:
    return Operation.objects.using("owner").get(pk=operation.pk)


def drive(
    operation: Operation,
    *,
    seconds: float = PATIENCE_SECONDS,
    mending: Callable[[Operation], object] | None = None,
) -> Operation:
    """Work shifts in this process until the operation has ended or waits for a person, who may be `mending`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        Shift(QUICK).work()
        if (found := seen(operation)).ended or (found.state == "blocked" and not mending):
            return found
        if found.state == "blocked" and mending:
            mending(found)
        time.sleep(0.05)
    raise AssertionError(f"{operation.title} did not end: {unfinished(operation)}")


def unfinished(operation: Operation) -> list[tuple[str, ...]]:
    rows = Step.objects.using("owner").filter(operation_id=operation.pk).exclude(state="succeeded")
    return [(row.name, row.state, row.reason, row.message, str(row.provider)) for row in rows]


@contextmanager
def worker(world: World, beat_schedule: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker of two processes with its beat, in a group of its own; killed at the end."""
    command = [
        sys.executable, "-m", "celery", "-A", "console.celery", "worker", "--concurrency", "2",
        "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
        "--beat", "--schedule", str(beat_schedule),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=paths.ROOT, env={**os.environ, **environment(world.door)}, start_new_session=True
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the worker and all its processes at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def environment(door: FrontDoor) -> dict[str, str]:
    """What a process of the product is told, with the test's own database and cloud."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings",
        "AWS_ENDPOINT_URL": door.url,
        "AWS_ACCESS_KEY_ID": door.config.access_key_id,
        "AWS_SECRET_ACCESS_KEY": door.config.secret_access_key,
        "CONTROL_PLANE_PRINCIPAL_ARN": door.principal_arn,
        **databases(),
    }


def databases() -> dict[str, str]:
    """Where the test's own database is, for each role."""
    aliases = {"default": "DATABASE_URL", "engine": "DATABASE_ENGINE_URL", "owner": "DATABASE_OWNER_URL"}
    return {variable: _url(alias) for alias, variable in aliases.items()}


def _url(alias: str) -> str:
    given: dict[str, Any] = connections[alias].settings_dict
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgresql://{given['USER']}{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def flush_broker() -> None:
    import redis

    with redis.Redis.from_url(settings.BROKER_URL) as client:
        client.flushdb()
