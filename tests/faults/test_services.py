"""PostgreSQL restarted, Valkey flushed, any process of the installation killed: nobody notices."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.customer.account import Account
from tests.faults.installation import Installation, begun, installation
from tests.faults.inventory import named
from tests.faults.test_region import UNTAGGED
from tests.faults.test_workers import WITHOUT_DNS
from tests.faults.world import FrontDoor, until

pytestmark = pytest.mark.sandbox
PATIENCE_SECONDS = 180
STATE = "SELECT state FROM operations_operation WHERE id = %s"
HELD = "SELECT name, state, reason, message FROM operations_step WHERE state IN ('blocked', 'failed')"
DONE = "SELECT count(*) FROM operations_step WHERE operation_id = %s AND state = 'succeeded'"


def test_whatever_is_killed_or_emptied_the_region_comes_up_once(door: FrontDoor, tmp_path: Path) -> None:
    door.control("PUT", "delays", {"nat": 4.0})  # time to be disturbed in
    with installation(door, tmp_path) as made:
        told = begun(made, door)
        made.start()
        until(lambda: done(made, told) >= 2, seconds=PATIENCE_SECONDS, what="nothing began")
        for name in ("worker-1", "beat-1", "web-1"):
            made.kill(name)
        made.flush()
        made.restart_postgres()
        until(lambda: ended(made, told), seconds=PATIENCE_SECONDS, what="the region did not come up")
        until(made.ready, seconds=PATIENCE_SECONDS, what="the other web process does not answer")
        assert made.ask("SELECT state FROM regions_region WHERE id = %s", told["region"]) == [("active",)]
    account = Account(door.port, told["account"])
    world: Any = SimpleNamespace(account=account, region=SimpleNamespace(pk=told["region"]))
    assert named(world) == dict.fromkeys(set(WITHOUT_DNS) - UNTAGGED, 1)


def done(made: Installation, told: dict[str, str]) -> int:
    return int(made.ask(DONE, told["operation"])[0][0])


def ended(made: Installation, told: dict[str, str]) -> bool:
    assert made.ask(HELD) == []
    return made.ask(STATE, told["operation"]) == [("succeeded",)]
