"""A worker that is told to stop ends what it runs, writes it, and takes up nothing more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accounts.models import Organization
from console.kernel import queue
from console.operations.models import Operation, Step
from console.operations.states import OperationState, StepState
from sandbox import paths
from tests.faults import driving
from tests.faults.slow_steps import SLOW
from tests.faults.world import until
from tests.unit.operations.graphs import begin, row, seen, step

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
PATIENCE_SECONDS = 60


@contextmanager
def worker(schedule: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable, "-m", "celery", "-A", "console.celery", "worker", "--concurrency", "2", "--loglevel",
        "WARNING", "--without-gossip", "--without-mingle", "--beat", "--schedule", str(schedule),
    ]  # fmt: skip
    told = {"DJANGO_SETTINGS_MODULE": "tests.faults.slow_settings", **driving.databases()}
    process = subprocess.Popen(command, cwd=paths.ROOT, env={**os.environ, **told}, start_new_session=True)
    try:
        yield process
    finally:
        driving.kill(process)


def state_of(operation: Operation, name: str) -> str:
    return str(Step.objects.using("owner").values_list("state", flat=True).get(operation=operation, name=name))


def test_a_worker_told_to_stop_writes_what_runs_and_leaves_the_rest_to_the_next(
    acme: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "send", lambda *_job, **_ids: None)  # the sweeper of the worker wakes it
    operation = begin(acme, step("first", handler=SLOW), step("second", "first", handler=SLOW))
    with worker(tmp_path / "first") as process:
        until(
            lambda: state_of(operation, "first") == StepState.RUNNING,
            seconds=PATIENCE_SECONDS,
            what="nothing began",
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    first, second = row(operation, "first"), row(operation, "second")
    assert (first.state, first.takeovers, first.lease_until) == (StepState.SUCCEEDED, 0, None)
    assert (second.state, second.open_needs, second.started_at) == (StepState.PENDING, 0, None)

    with worker(tmp_path / "second"):
        until(lambda: seen(operation).ended, seconds=PATIENCE_SECONDS, what="nobody took the rest up")
    assert seen(operation).state == OperationState.SUCCEEDED
    assert row(operation, "second").takeovers == 0
