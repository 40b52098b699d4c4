"""Workers made to be killed while they rotate keys: `python -m tests.faults.rotation_runner`, by its environment.

It keeps two processes at work, each a file of the folder it was told; when one is killed, another takes its
place, as Celery's pool does.
"""

import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import django

LEASE = timedelta(seconds=0.6)  # no call to the outside is on its way here, so taking over may be quick
PROCESSES = 2


def main() -> None:
    django.setup()
    for _ in range(PROCESSES):
        _fork()
    while True:
        os.waitpid(-1, 0)
        _fork()


def _fork() -> None:
    child = os.fork()
    if child == 0:
        _work()
    (Path(os.environ["WORKERS"]) / str(child)).touch()


def _work() -> None:
    from console.encryption import reencrypt
    from console.operations.engine.shift import EngineConfig, Shift
    from secrets_app.steps import keys

    keys.MOST_AT_ONCE = reencrypt.BATCH = int(os.environ["BATCH"])
    keys.SLICE_SECONDS = 0.2
    config = replace(EngineConfig(), lease=LEASE, look=timedelta(milliseconds=20))
    while True:
        Shift(config).work()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
