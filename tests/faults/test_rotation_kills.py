"""SIGKILL at random moments of a rotation: every value readable at every moment, none lost, zero left."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Organization
from console.encryption.models import Dek
from console.kernel.scope import Scope
from console.operations.models import Operation
from sandbox import paths
from secrets_app.actions import keys
from tests.faults.driving import databases, kill, seen
from tests.faults.world import until
from tests.unit.secrets_app.rotating import put_values, read_values

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
SEED = 20260101
VALUES = 400
KILLS, KILLS_OF_ALL = 8, 60
PATIENCE_SECONDS = 240


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.kernel import queue

    monkeypatch.setattr(queue, "send", lambda _job, **_ids: None)  # the workers look by themselves


class Workers:
    """The processes that rotate, each a file of the folder; one of them is killed now and then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.killed = 0

    def kill_one(self, draw: random.Random) -> None:
        if alive := sorted(self._folder.iterdir()):
            chosen = draw.choice(alive)
            chosen.unlink()
            os.kill(int(chosen.name), signal.SIGKILL)
            self.killed += 1


@contextmanager
def workers(folder: Path) -> Iterator[Workers]:
    folder.mkdir()
    told = {"DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings", "KEK_STORE": settings.KEK_STORE}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.rotation_runner"],
        cwd=paths.ROOT,
        env={**os.environ, **databases(), **told, "BATCH": "10", "WORKERS": str(folder)},
        start_new_session=True,
    )
    try:
        yield Workers(folder)
    finally:
        kill(process)


def ended(operation: Operation) -> bool:
    found = seen(operation)
    assert found.state not in {"blocked", "failed"}, found.message
    return bool(found.state == "succeeded")


@pytest.mark.parametrize("compromised", [False, True])
def test_a_rotation_killed_again_and_again_loses_nothing(
    acme: Organization, alice_scope: Scope, tmp_path: Path, all_faults: bool, compromised: bool
) -> None:
    draw = random.Random(SEED)
    clear = put_values(alice_scope, VALUES)
    kills = KILLS_OF_ALL if all_faults else KILLS
    with workers(tmp_path / "workers") as group:
        with alice_scope.entered():
            keys.pace(scope=alice_scope, rows_a_second=30 if all_faults else 200)  # time to be killed in
            operation = keys.rotate(scope=alice_scope, compromised=compromised, typed="Acme Bank")
        reads = _disturb(group, operation, alice_scope, clear, draw, kills)
        until(lambda: ended(operation), seconds=PATIENCE_SECONDS, what="the rotation did not end")
    assert group.killed >= kills // 2
    assert reads > kills // 2
    assert read_values(alice_scope) == clear
    assert Dek.objects.using("owner").of(acme.id).by_version() == {2: len(clear)}


def _disturb(
    group: Workers, operation: Operation, scope: Scope, clear: dict[Any, str], draw: random.Random, kills: int
) -> int:
    """Kill at random moments; in between read every value, and save new ones. Returns how often it read."""
    reads = 0
    while not ended(operation):
        time.sleep(draw.uniform(0.0, 0.4))
        if group.killed < kills:
            group.kill_one(draw)
        assert read_values(scope) == clear
        reads += 1
        clear |= put_values(scope, 1, name=f"late-{reads}")
    return reads
