"""The cloud throttles, fails, stays silent, or loses answers: the region still comes up, once."""

import pytest
from botocore.config import Config

from accounts.models import Organization
from console.operations.states import OperationState
from regions.clouds.aws import session
from tests.faults.driving import drive, unfinished
from tests.faults.inventory import named
from tests.faults.test_region import UNTAGGED
from tests.faults.world import SMALL, FrontDoor, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
RATE = 0.1
CHANGING = "^(Create|Allocate|Attach|Associate|Put|Delete|Release|Detach|Disassociate|Schedule|Enable|Modify)"
FAULTS = {
    "throttle": [{"service": ".*", "action": ".*", "rate": RATE, "kind": "throttle"}],
    "error": [{"service": ".*", "action": ".*", "rate": RATE, "kind": "error"}],
    "timeout": [{"service": ".*", "action": ".*", "rate": RATE / 2, "kind": "timeout", "delay_seconds": 3}],
    "lost_answer": [{"service": ".*", "action": CHANGING, "rate": 3 * RATE, "kind": "lost_answer"}],
}
MIXED = [rule for name in ("throttle", "error", "lost_answer") for rule in FAULTS[name]]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not come is given up after a second, not after twenty."""
    monkeypatch.setattr(session, "_CONFIG", session._CONFIG.merge(Config(connect_timeout=1, read_timeout=1)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    import os

    every = os.environ.get("FAULTS") == "all"
    rules = {**FAULTS, "mixed": MIXED} if every else {"mixed": MIXED}
    metafunc.parametrize("rules", list(rules.values()), ids=list(rules))


def test_a_region_converges_whatever_the_weather(
    acme: Organization, door: FrontDoor, rules: list[dict[str, object]]
) -> None:
    world = world_of(door, acme, SMALL)
    door.control("PUT", "faults", [{**rule, "account": world.account.account_id} for rule in rules])
    operation = world.provision()
    assert drive(operation).state == OperationState.SUCCEEDED, unfinished(operation)
    door.control("PUT", "faults", [])
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)

    door.control("PUT", "faults", [{**rule, "account": world.account.account_id} for rule in rules])
    operation = world.deprovision()
    assert drive(operation).state == OperationState.SUCCEEDED, unfinished(operation)
    door.control("PUT", "faults", [])
    assert not named(world)
