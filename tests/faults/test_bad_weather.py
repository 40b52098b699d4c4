"""The cloud throttles, fails, stays silent, or loses answers: the region still comes up, once."""

import json
from collections.abc import Callable

import pytest
from botocore.config import Config

from accounts.models import Organization
from console.operations.engine.shift import Shift
from console.operations.states import OperationState
from regions.clouds.aws import session
from tests.faults.driving import BRIEF, drive, seen, unfinished
from tests.faults.inventory import named
from tests.faults.test_region import UNTAGGED
from tests.faults.world import SMALL, FrontDoor, World, world_of

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
RATE = 0.1
CHANGING = "^(Create|Allocate|Attach|Associate|Put|Delete|Release|Detach|Disassociate|Schedule|Enable|Modify)"
FAULTS = {
    "throttle": [{"service": ".*", "action": ".*", "rate": RATE, "kind": "throttle"}],
    "error": [{"service": ".*", "action": ".*", "rate": RATE, "kind": "error"}],
    "timeout": [{"service": ".*", "action": ".*", "rate": RATE / 2, "kind": "timeout", "delay_seconds": 3}],
    "lost_answer": [{"service": ".*", "action": CHANGING, "rate": 3 * RATE, "kind": "lost_answer"}],
    "late": [
        {"service": "ec2", "action": "^(Create|Allocate)", "rate": RATE, "kind": "late", "delay_seconds": 0.3}
    ],
    "unseen": [{"service": ".*", "action": CHANGING, "rate": 3 * RATE, "kind": "unseen", "delay_seconds": 0.7}],
    "capacity": [
        {"service": "ec2|eks|rds", "action": "^Create", "rate": RATE, "kind": "error",
         "code": "InsufficientInstanceCapacity", "status": 500}
    ],
    "session": [{"service": "(?!sts).*", "action": ".*", "rate": RATE / 2, "kind": "expired"}],
    "refused": [
        {"service": ".*", "action": CHANGING, "rate": RATE, "kind": "error", "code": "AccessDenied", "status": 403}
    ],
}  # fmt: skip
HALTING = {
    "quota": {"service": "ec2", "action": "^(Create|Allocate)", "code": "VpcLimitExceeded", "status": 400},
    "opt_in": {"service": ".*", "action": CHANGING, "code": "OptInRequired", "status": 401},
}
"""What a person mends: here one who retries at once."""
FAULTS |= {name: [{"rate": RATE, "kind": "error", **rule}] for name, rule in HALTING.items()}
MIXED = [rule for name in ("throttle", "error", "lost_answer", "unseen", "session") for rule in FAULTS[name]]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not come is given up after a second, not after twenty."""
    monkeypatch.setattr(session, "_CONFIG", session._CONFIG.merge(Config(connect_timeout=1, read_timeout=1)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    import os

    every = os.environ.get("FAULTS") == "all"
    rules = {**FAULTS, "mixed": MIXED} if every else {"mixed": MIXED}
    if "rules" in metafunc.fixturenames:
        metafunc.parametrize("rules", list(rules.values()), ids=list(rules))


def test_a_region_converges_whatever_the_weather(
    acme: Organization, door: FrontDoor, rules: list[dict[str, object]]
) -> None:
    world = world_of(door, acme, SMALL)
    door.control("PUT", "faults", [{**rule, "account": world.account.account_id} for rule in rules])
    operation = world.provision()
    assert drive(operation, mending=world.retry).state == OperationState.SUCCEEDED, unfinished(operation)
    door.control("PUT", "faults", [])
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)

    door.control("PUT", "faults", [{**rule, "account": world.account.account_id} for rule in rules])
    operation = world.deprovision()
    assert drive(operation, mending=world.retry).state == OperationState.SUCCEEDED, unfinished(operation)
    door.control("PUT", "faults", [])
    assert not named(world)


def test_a_creation_that_takes_effect_late_leaves_no_second_one(acme: Organization, door: FrontDoor) -> None:
    door.control("PUT", "delays", {"nat": 2.0})  # the rest outlasts the late one
    world = world_of(door, acme, SMALL)
    late = {
        "service": "ec2",
        "action": "^(CreateVpc|AllocateAddress)$",
        "kind": "late",
        "delay_seconds": 1.6,
        "count": 2,
    }
    door.control("PUT", "faults", [{**late, "count": 2, "account": world.account.account_id}])
    operation = world.provision()
    assert drive(operation).state == OperationState.SUCCEEDED, unfinished(operation)
    assert created(world, "CreateVpc") == 2
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)


def created(world: World, name: str) -> int:
    """How often the account saw the call take effect."""
    calls = world.door.control("GET", "calls", account_id=world.account.account_id)
    return sum(call["operation"] == name and call["status"] == 200 for call in calls)


def test_sessions_that_are_revoked_in_the_middle_are_opened_anew(acme: Organization, door: FrontDoor) -> None:
    world = world_of(door, acme, SMALL)
    operation = world.provision()
    moments = 0
    while not seen(operation).ended:
        Shift(BRIEF).work()
        end_sessions(world)
        moments += 1
        assert seen(operation).state != OperationState.BLOCKED, unfinished(operation)
    assert (seen(operation).state, moments > 3) == (OperationState.SUCCEEDED, True)
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)


def end_sessions(world: World) -> None:
    role = world.connection.role_arn.rpartition("/")[2]
    world.door.control("POST", "revoke-sessions", {"account_id": world.account.account_id, "role_name": role})


def revoke(world: World) -> Callable[[], object]:
    """The customer's cloud team lets nobody assume the role any more; returns how they take it back."""
    iam, role = world.account.client("iam"), world.connection.role_arn.rpartition("/")[2]
    trust = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    nobody = trust.replace('"Allow"', '"Deny"')
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=nobody)
    end_sessions(world)
    return lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust)


def test_a_role_that_is_revoked_halts_with_a_sentence_and_goes_on_when_it_is_back(
    acme: Organization, door: FrontDoor
) -> None:
    world = world_of(door, acme, SMALL)
    operation = world.provision()
    Shift(BRIEF).work()
    assert not seen(operation).ended
    restore = revoke(world)
    assert drive(operation).state == OperationState.BLOCKED
    [(_, _, reason, message, _), *_] = [row for row in unfinished(operation) if row[1] == "blocked"]
    assert (reason, "restores the connection's stack" in message) == ("CannotAssumeRole", True)
    restore()
    assert drive(operation, mending=world.retry).state == OperationState.SUCCEEDED, unfinished(operation)
    assert named(world) == dict.fromkeys(set(SMALL) - UNTAGGED, 1)
