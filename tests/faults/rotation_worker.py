"""An engine made to be killed: `python -m tests.faults.rotation_worker` works until its process ends."""

import time
from dataclasses import replace
from datetime import timedelta

import django

LEASE = timedelta(seconds=1)


def main() -> None:
    django.setup()
    from console.kernel import queue
    from console.operations.engine.shift import EngineConfig, Shift
    from secrets_app.steps import root_rotation

    queue.send = lambda job, **_ids: None  # no broker is needed here
    root_rotation.LOOK_AGAIN = timedelta(milliseconds=50)
    config = replace(EngineConfig(), lease=LEASE, look=timedelta(milliseconds=20))
    while True:
        Shift(config).work()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
