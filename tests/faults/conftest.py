import os
from collections.abc import Iterator

import pytest

from tests.faults.world import QUICK, FrontDoor, front_door

ALL = os.environ.get("FAULTS") == "all"
collect_ignore = [] if ALL else ["test_services.py"]
"""A whole installation takes the machine for itself; `make faults` alone has the time."""


@pytest.fixture(scope="session")
def running_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(tmp_path_factory.mktemp("aws")) as door:
        yield door


@pytest.fixture
def door(running_door: FrontDoor) -> Iterator[FrontDoor]:
    """The front door in good weather, with short delays."""
    running_door.control("PUT", "delays", QUICK)
    yield running_door
    running_door.control("PUT", "faults", [])


@pytest.fixture
def all_faults() -> bool:
    """Every kill point and fault, as `make faults` asks for; else a sample."""
    return ALL
