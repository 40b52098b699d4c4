from dataclasses import replace
from datetime import timedelta

import pytest

from regions.clouds.ports import Difference, Observation
from regions.steps.deciding import Act, decide, next_look

THERE = Observation(exists=True, external_id="vpc-1", ready=True, up_to_date=True, state="available")
FIXED = Difference("cidrBlock", "10.0.0.0/16", "10.1.0.0/16", immutable=True)
OPEN = Difference("enableDnsSupport", True, False)


@pytest.mark.parametrize(
    ("seen", "wanted", "act"),
    [
        (Observation(exists=False), True, Act.CREATE),
        (Observation(exists=False), False, Act.NOTHING),
        (THERE, True, Act.NOTHING),
        (THERE, False, Act.DELETE),
        (replace(THERE, ready=False, state="creating"), True, Act.WAIT),
        (replace(THERE, ready=False, state="creating"), False, Act.DELETE),
        (replace(THERE, deleting=True), True, Act.WAIT),
        (replace(THERE, deleting=True), False, Act.WAIT),
        (replace(THERE, differences=(OPEN,)), True, Act.UPDATE),
        (replace(THERE, differences=(OPEN, FIXED)), True, Act.UPDATE),
        (replace(THERE, differences=(FIXED,)), True, Act.REPLACE),
        (replace(THERE, ready=False, differences=(FIXED,)), True, Act.WAIT),
        (replace(THERE, foreign=True), True, Act.FOREIGN),
        (replace(THERE, foreign=True, differences=(OPEN,)), True, Act.FOREIGN),
        (replace(THERE, foreign=True), False, Act.NOTHING),
        (replace(THERE, surplus=("vpc-2",)), True, Act.TRIM),
        (replace(THERE, surplus=("vpc-2",), differences=(OPEN,)), True, Act.UPDATE),
        (replace(THERE, surplus=("vpc-2",), ready=False), True, Act.WAIT),
        (replace(THERE, surplus=("vpc-2",)), False, Act.DELETE),
        (replace(THERE, ready=False, failed=True), True, Act.BROKEN),
        (replace(THERE, ready=False, failed=True), False, Act.DELETE),
    ],
)
def test_what_is_done_about_what_is_seen(seen: Observation, wanted: bool, act: Act) -> None:
    assert decide(seen, wanted=wanted) is act


@pytest.mark.parametrize(("waited", "pause"), [(0, 0.5), (10, 0.5), (60, 1.8), (3600, 15)])
def test_looks_grow_rarer_with_the_wait(waited: float, pause: float) -> None:
    assert next_look(timedelta(seconds=waited)) == timedelta(seconds=pause)
