"""When regions are scanned by themselves: each after its own interval, those of one place together."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from console.kernel.clock import now
from console.kernel.scope import Scope
from regions.actions import drift
from regions.models import DriftWatch, Region
from regions.steps.drift_findings import watch_of
from tests import scenes

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
HOUR = timedelta(hours=1)


def watched(scope: Scope, name: str, every_seconds: int = 900) -> Region:
    made = scenes.region(scope, name)
    with scope.entered():
        watch_of(scope, made)
        DriftWatch.objects.of_region(made.id).update(every_seconds=every_seconds, scan_at=now())
    return made


def claimed(at: datetime) -> list[set[UUID]]:
    return [set(regions) for regions in drift.claim(at=at).values()]


def test_what_is_due_is_claimed_once_and_again_after_its_interval(alice_scope: Scope) -> None:
    frankfurt, paris = (watched(alice_scope, name) for name in ("frankfurt", "paris"))
    at = now() + timedelta(seconds=1)

    assert claimed(at) == [{frankfurt.id, paris.id}], "in one place they are read together"
    assert claimed(at + timedelta(seconds=800)) == []
    assert claimed(at + timedelta(seconds=900)) == [{frankfurt.id, paris.id}]


def test_a_region_that_is_not_to_be_scanned_is_never_due(alice_scope: Scope) -> None:
    watched(alice_scope, "frankfurt", every_seconds=0)
    assert claimed(now() + 1000 * HOUR) == []
