"""A plane of Acme's with regions that run, on buckets in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.kernel.scope import Scope
from secrets_app import ports
from tests.unit.certificates.world import World, build


@pytest.fixture
def bare(alice_scope: Scope, tmp_path: Path) -> Iterator[World]:
    """A plane without a region."""
    bound = (list(ports._buckets), list(ports._references))
    folder = tmp_path / "regions"
    folder.mkdir()
    yield build(alice_scope, folder)
    ports._buckets[:], ports._references[:] = bound


@pytest.fixture
def world(bare: World) -> World:
    """Frankfurt and Dublin have joined the plane main."""
    bare.add("frankfurt")
    bare.add("dublin")
    bare.settle()
    return bare
