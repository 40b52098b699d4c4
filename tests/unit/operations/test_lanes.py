"""How many steps of an organization and of a lane run at once, and that nobody waits forever behind others."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connections

from accounts.models import Organization
from console.kernel.clock import now
from console.kernel.scope import Scope
from console.operations.decide import written
from console.operations.engine.claim import Claimed, claim
from console.operations.engine.finish import Result, finish
from console.operations.engine.lanes import Limits, next_due_at
from console.operations.models import Operation, Step
from console.operations.outcomes import Done, Outcome, Wait
from console.operations.states import OperationState
from console.operations.steps import StepSpec
from tests import scenes
from tests.conftest import make_organization
from tests.unit.operations.graphs import begin, row, seen, step

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LEASE = timedelta(seconds=30)
NARROW = Limits(per_organization=6, per_lane=4)


def many(number: int, **options: str) -> Sequence[StepSpec]:
    return [step(f"s{place}", **options) for place in range(number)]


def taken(most: int = 50, limits: Limits = NARROW, at: datetime | None = None) -> list[Claimed]:
    return claim(most=most, now=at or now(), lease=LEASE, limits=limits)


def answer(claimed: Sequence[Claimed], outcome: Outcome) -> None:
    finish([Result(each, written(outcome, attempt=1, now=now(), random=0.5)) for each in claimed], now=now())


def test_a_lane_has_its_places(acme: Organization) -> None:
    begin(acme, *many(9, lane="a"))
    first = taken()
    assert len(first) == 4
    assert taken() == []
    answer(first[:3], Done())
    assert len(taken()) == 3


def test_an_organization_has_its_places_over_all_lanes(acme: Organization) -> None:
    begin(acme, *many(9, lane="a"), *(step(f"t{place}", lane="b") for place in range(9)))
    assert len(taken()) == 6
    assert taken() == []


def test_steps_without_a_lane_have_the_organizations_places(acme: Organization) -> None:
    begin(acme, *many(9))
    assert len(taken()) == 6


def test_a_wait_for_the_cloud_takes_no_place(acme: Organization) -> None:
    begin(acme, *many(9, lane="a"))
    answer(taken(), Wait(timedelta(hours=1), "CREATING"))
    assert len(taken()) == 4


def test_a_lost_workers_steps_take_no_place_for_longer_than_their_lease(acme: Organization) -> None:
    begin(acme, *many(4, lane="a"))
    assert len(taken()) == 4
    assert len(taken(at=now() + 2 * LEASE)) == 4


def test_lanes_take_turns_however_long_one_has_waited(acme: Organization) -> None:
    begin(acme, *many(20, lane="busy"))
    begin_on(acme, "quiet", *many(2, lane="quiet"))
    assert Counter(lane_of(each) for each in taken(most=4)) == {"busy": 2, "quiet": 2}


def test_organizations_take_turns_however_much_one_has_to_do(acme: Organization) -> None:
    small = make_organization("small", "Small")
    begin(acme, *many(40))
    operation = begin(small, *many(2))
    got = Counter(each.org_id for each in taken(most=4))
    assert got == {acme.id: 2, small.id: 2}
    assert seen(operation).state == OperationState.RUNNING


def test_a_full_organization_keeps_no_other_from_its_steps(acme: Organization) -> None:
    small = make_organization("small", "Small")
    begin(acme, *many(40))
    assert len(taken()) == 6
    begin(small, *many(2))
    assert {each.org_id for each in taken()} == {small.id}


def test_a_worker_is_not_woken_for_what_has_no_place(acme: Organization) -> None:
    begin(acme, *many(9, lane="a"))
    assert next_due_at(now(), NARROW)
    held = taken()
    assert next_due_at(now(), NARROW) is None
    answer(held, Done())
    assert next_due_at(now(), NARROW)


def test_many_claimers_at_once_exceed_no_limit(acme: Organization) -> None:
    begin(acme, *many(60, lane="a"))
    start, found = threading.Barrier(6, timeout=10), list[Claimed]()

    def claimer() -> None:
        start.wait()
        for _ in range(5):
            found.extend(taken(most=3))
        connections.close_all()

    threads = [threading.Thread(target=claimer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({each.id for each in found}) == 4


def test_everything_is_taken_in_the_end(acme: Organization) -> None:
    operation = begin(acme, *many(15, lane="a"), *(step(f"t{place}", lane="b") for place in range(15)))
    rounds = 0
    while not seen(operation).ended:
        answer(taken(), Done())
        rounds += 1
        assert rounds <= 6
    assert rounds == 5


def lane_of(claimed: Claimed) -> str:
    return row(Operation(id=claimed.operation_id), claimed.name).lane


def begin_on(organization: Organization, name: str, *steps: StepSpec) -> Operation:
    """Another target of the same organization."""
    from console.operations.actions import operations
    from tests.unit.operations.graphs import scope_in

    target, scope = make_organization(name, name.title()), scope_in(organization)
    with scope.entered():
        return operations.start(scope=scope, kind="provision", title=name, target=target, steps=steps)


def test_steps_on_a_region_run_in_the_lane_of_its_connection(alice_scope: Scope) -> None:
    region = scenes.region(alice_scope)
    operation = scenes.operation(alice_scope, region)
    lanes = {each.lane for each in Step.objects.using("owner").filter(operation=operation)}
    assert lanes == {f"connection:{region.connection_id}"} == {region.connection.operation_lane}
