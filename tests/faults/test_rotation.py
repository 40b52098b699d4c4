"""The engine is killed by SIGKILL at random moments of a root rotation, while two regions talk."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from console.kernel import queue
from console.kernel.scope import Scope
from sandbox import paths
from secrets_app import ports
from secrets_app.actions import authorities, certificates
from secrets_app.models import CertificateAuthority, TrustBundle
from tests.faults.driving import databases, kill, seen, unfinished
from tests.unit.certificates.handshakes import both_ways
from tests.unit.certificates.world import World, build

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
SEED = 20260
KILLS = 6
PATIENCE_SECONDS = 150
LONGEST_LIFE = 0.6  # seconds an engine may work before it is killed, once it is up


@pytest.fixture
def talking(alice_scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(queue, "send", lambda job, **_ids: None)
    bound = (list(ports._buckets), list(ports._references))
    folder = tmp_path / "regions"
    folder.mkdir()
    world = build(alice_scope, folder)
    for name in ("frankfurt", "dublin"):
        region = world.add(name)
        with alice_scope.entered():
            certificates.issue(
                scope=alice_scope, region_id=region.recipient.region_id, app="ledger", project="core"
            )
    world.turn(8)
    yield world
    ports._buckets[:], ports._references[:] = bound


def engine() -> subprocess.Popen[bytes]:
    told = {"DJANGO_SETTINGS_MODULE": "console.settings.test", "KEK_STORE": settings.KEK_STORE, **databases()}
    command = [sys.executable, "-m", "tests.faults.rotation_worker"]
    return subprocess.Popen(command, cwd=paths.ROOT, env={**os.environ, **told}, start_new_session=True)


def test_killed_again_and_again_the_rotation_ends_and_the_regions_never_fall_silent(talking: World) -> None:
    chance = random.Random(SEED)
    with talking.scope.entered():
        operation = authorities.rotate_root(
            scope=talking.scope, plane_id=talking.plane.id, typed_name=talking.plane.slug
        )
    running, kills = engine(), 0
    deadline, dies_at = time.monotonic() + PATIENCE_SECONDS, 0.0
    try:
        while not seen(operation).ended:
            assert time.monotonic() < deadline, unfinished(operation)
            if not dies_at and seen(operation).started_at:
                dies_at = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
            if kills < KILLS and dies_at and time.monotonic() > dies_at:
                kill(running)
                running, kills = engine(), kills + 1
                dies_at = time.monotonic() + chance.uniform(1, 2 + LONGEST_LIFE)
            talking.turn(before=lambda: both_ways(*talking.regions))
            both_ways(*talking.regions)
    finally:
        kill(running)
    assert seen(operation).state == "succeeded"
    assert kills > 0
    with talking.scope.entered():
        states = CertificateAuthority.objects.visible_to(talking.scope).in_order().values_list("state", flat=True)
        bundles = TrustBundle.objects.visible_to(talking.scope).order_by("version")
        assert list(states) == ["removed", "issuing"]
        assert [len(bundle.roots) for bundle in bundles] == [1, 2, 1]
    both_ways(*talking.regions)
