"""A worker made to be killed: `python -m tests.faults.runner`, told by its environment.

It forks the process that works; when that one is killed, another takes its place, as Celery's pool does.
"""

import json
import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import django

LEASE = timedelta(seconds=4)  # longer than the front door keeps a call waiting, see EngineConfig


def main() -> None:
    django.setup()
    while True:
        child = os.fork()
        if child == 0:
            _work()
        os.waitpid(child, 0)


def _work() -> None:
    from console.operations.engine.shift import EngineConfig, Shift
    from regions.steps import clouds
    from sandbox.customer.account import Account
    from tests.faults.killing import Killer, arm
    from tests.faults.world import OwnZones

    arm(Killer(json.loads(os.environ["KILL_PLAN"]), Path(os.environ["KILL_MARKS"])))
    account = Account(int(os.environ["AWS_PORT"]), os.environ["AWS_ACCOUNT"])
    clouds.bind_resolver(OwnZones(account))
    config = replace(EngineConfig(), lease=LEASE, look=timedelta(milliseconds=50))
    while True:
        Shift(config).work()
        time.sleep(0.05)


if __name__ == "__main__":
    main()
