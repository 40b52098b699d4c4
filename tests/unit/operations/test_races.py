"""Several workers, lost workers, late workers."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections

from accounts.models import Organization
from console.kernel.clock import now
from console.operations.decide import written
from console.operations.engine.announce import announce_left
from console.operations.engine.claim import Claimed, claim, renew
from console.operations.engine.finish import Result, finish
from console.operations.engine.lanes import SUSPECT_TAKEOVERS
from console.operations.engine.run import MOST_TAKEOVERS
from console.operations.engine.shift import Shift
from console.operations.engine.sweep import LOCK, sweep
from console.operations.models import Operation, Step, StepEvent, WorkerHeartbeat
from console.operations.outcomes import Done, Halt, Outcome, Wait
from console.operations.states import OperationState, StepState
from console.operations.steps import StepContext
from tests.unit.operations.graphs import QUICK, Script, begin, handling, row, seen, states, step, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
LEASE = timedelta(seconds=5)


def result(claimed: Claimed, outcome: Outcome) -> Result:
    return Result(claimed, written(outcome, attempt=claimed.attempt, now=now(), random=0.5))


def test_two_claimers_never_get_the_same_step(acme: Organization) -> None:
    begin(acme, *(step(f"s{number}") for number in range(40)))
    taken: Counter[object] = Counter()
    start = threading.Barrier(4, timeout=5)

    def claimer() -> None:
        start.wait()
        while found := claim(most=3, now=now(), lease=LEASE):
            taken.update(each.id for each in found)
        connections.close_all()

    threads = [threading.Thread(target=claimer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 40
    assert set(taken.values()) == {1}


def test_a_step_is_claimed_only_when_it_is_due_and_its_needs_are_met(acme: Organization) -> None:
    begin(acme)
    assert [each.name for each in claim(most=9, now=now(), lease=LEASE)] == ["network"]
    assert claim(most=9, now=now(), lease=LEASE) == []


def test_an_expired_lease_is_taken_over_and_the_late_worker_writes_nothing(acme: Organization) -> None:
    operation = begin(acme, step("one"))
    [late] = claim(most=1, now=now(), lease=LEASE)
    [heir] = claim(most=1, now=now() + 2 * LEASE, lease=LEASE)
    assert heir.taken_over
    assert (heir.fence, heir.attempt) == (late.fence + 1, late.attempt + 1)

    assert finish([result(late, Halt("Late", "Too late."))], now=now()).written == 0
    assert states(operation) == {"one": StepState.RUNNING}
    assert not StepEvent.objects.using("owner").filter(reason="Late").exists()

    assert finish([result(heir, Done())], now=now()).written == 1
    assert seen(operation).state == OperationState.SUCCEEDED
    assert finish([result(late, Done()), result(heir, Done())], now=now()).written == 0


def test_a_renewed_lease_is_not_taken_over(acme: Organization) -> None:
    begin(acme, step("one"))
    held = claim(most=1, now=now(), lease=LEASE)
    renew(held, now=now() + LEASE, lease=LEASE)
    assert claim(most=1, now=now() + 1.5 * LEASE, lease=LEASE) == []


def test_a_step_that_ends_every_worker_is_set_apart(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("poison"))
    later = now()
    for lost in range(MOST_TAKEOVERS):
        assert claim(most=1, now=later, lease=LEASE, suspects=lost > SUSPECT_TAKEOVERS)
        later += 2 * LEASE
    work(clock=lambda: later)
    assert script.tried("poison") == 0
    assert row(operation, "poison").reason == "WorkerLost"


def test_a_step_is_not_blamed_for_another_that_ends_the_worker(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("poison"), step("harmless"))
    later = now()
    for _ in range(SUSPECT_TAKEOVERS + 1):
        assert len(claim(most=9, now=later, lease=LEASE)) == 2
        later += 2 * LEASE
    assert claim(most=9, now=later, lease=LEASE) == [], "suspects are taken apart from all others"
    running: list[int] = []
    most_at_once: list[int] = []

    def watched(_context: StepContext) -> Outcome:
        running.append(1)
        most_at_once.append(len(running))
        time.sleep(0.1)
        running.pop()
        return Done()

    with handling("scripted", watched):
        work(clock=lambda: later)
    assert most_at_once == [1, 1], "each suspect runs alone"
    assert seen(operation).state == OperationState.SUCCEEDED
    assert row(operation, "harmless").takeovers == 0


def test_tries_that_the_cloud_refused_are_no_lost_workers(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("throttled"))
    Step.objects.using("owner").filter(operation=operation).update(attempt=MOST_TAKEOVERS + 1)
    later = now()
    claim(most=1, now=later, lease=LEASE)
    work(clock=lambda: later + 2 * LEASE)
    assert script.tried("throttled") == 1


def test_a_wait_in_the_history_of_two_operations_is_written_in_one_batch(acme: Organization) -> None:
    one, other = begin(acme, step("a")), begin_elsewhere(acme)
    claimed = claim(most=9, now=now(), lease=LEASE)
    assert {each.operation_id for each in claimed} == {one.id, other.id}
    done = finish([result(each, Done()) for each in claimed], now=now())
    assert done.written == 2
    assert {operation.state for operation in done.ended} == {OperationState.SUCCEEDED}


def begin_elsewhere(acme: Organization) -> Operation:
    from tests.conftest import make_organization

    return begin(make_organization("elsewhere", "Elsewhere"), step("a"))


def test_finishing_a_batch_takes_a_fixed_number_of_queries(
    acme: Organization, django_assert_num_queries: object
) -> None:
    begin(acme, *(step(f"s{number}") for number in range(30)))
    claimed = claim(most=30, now=now(), lease=LEASE)
    waiting = [result(each, Wait(timedelta(0), "CREATING")) for each in claimed]
    with django_assert_num_queries(5, connection=connections["engine"]):  # type: ignore[operator]
        finish(waiting, now=now())  # BEGIN, lock, write, history, COMMIT
    claimed = claim(most=30, now=now(), lease=LEASE)
    with django_assert_num_queries(10, connection=connections["engine"]):  # type: ignore[operator]
        finish(
            [result(each, Done()) for each in claimed], now=now()
        )  # and successors, counts, end, history, audit


def test_the_sweeper_wakes_when_something_is_due_and_beats(acme: Organization) -> None:
    assert not sweep(worker="w1", now=now())
    begin(acme)
    assert sweep(worker="w1", now=now())
    assert WorkerHeartbeat.objects.using("owner").filter(worker="w1").exists()


def test_two_sweepers_do_not_do_the_work_twice(acme: Organization) -> None:
    begin(acme)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            assert not sweep(worker="w2", now=now())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def test_what_follows_an_end_is_made_up_for_when_its_worker_died(acme: Organization, script: Script) -> None:
    operation = begin(acme, step("one"))
    claimed = claim(most=1, now=now(), lease=LEASE)
    finish([result(claimed[0], Done())], now=now())
    assert seen(operation).announced_at is None
    announce_left(now() + timedelta(minutes=1))
    assert seen(operation).announced_at


def test_an_attempt_longer_than_the_look_keeps_its_step(acme: Organization) -> None:
    calls = []

    def slow(context: StepContext) -> Outcome:
        calls.append(context)
        threading.Event().wait(0.3)
        return Done()

    with handling("slow", slow):
        operation = begin(acme, step("one", handler="slow"))
        work()
    assert len(calls) == 1
    assert seen(operation).state == OperationState.SUCCEEDED


def test_a_worker_that_is_stopping_finishes_what_it_holds_and_claims_no_more(acme: Organization) -> None:
    stopping = threading.Event()

    def stop(_context: StepContext) -> Outcome:
        stopping.set()
        return Done()

    with handling("stop", stop):
        operation = begin(acme, step("one", handler="stop"), step("two", "one", handler="stop"))
        assert not Shift(QUICK, stopping=stopping).work()
    assert states(operation) == {"one": StepState.SUCCEEDED, "two": StepState.PENDING}
