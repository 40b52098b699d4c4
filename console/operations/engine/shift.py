"""A claimer at work: from a wake until nothing is due soon."""

import logging
import os
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep
from typing import Protocol

from console.kernel.clock import Clock, now
from console.operations.decide import Written, written
from console.operations.engine.announce import announce
from console.operations.engine.claim import Claimed, claim, renew
from console.operations.engine.finish import Finished, Result, finish
from console.operations.engine.heartbeat import beat
from console.operations.engine.lanes import PER_LANE, PER_ORGANIZATION, Limits, next_due_at
from console.operations.engine.pool import Answer, Pool
from console.operations.outcomes import Verdict

logger = logging.getLogger("console.operations")


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How much one worker process takes on at once, and for how long."""

    threads: int = 16
    batch: int = 500
    """The most steps held at once, those that wait for a thread included."""
    ahead: timedelta = timedelta(seconds=0.25)
    """No more is held than the threads get done in this: what waits here, another worker could run."""
    lease: timedelta = timedelta(seconds=30)
    """Renewed at a third of it. A lost worker's steps are taken over after two thirds at the earliest: longer
    than a call that it had sent stays on its way (20 s, the patience of the clouds' clients), else the next
    worker looks too early, sees nothing and makes a second one."""
    shift: timedelta = timedelta(seconds=10)
    """After this a claimer hands over, so that other messages come to their turn."""
    look: timedelta = timedelta(milliseconds=200)
    """The longest time between two looks for due steps while a claimer is at work."""
    horizon: timedelta = timedelta(seconds=2)
    """A claimer stays for what is due within this; the sweeper wakes one for the rest."""
    per_organization: int = PER_ORGANIZATION
    per_lane: int = PER_LANE
    """The most steps of one organization, and of one lane in it, that run at once over all workers."""

    @property
    def limits(self) -> Limits:
        return Limits(self.per_organization, self.per_lane)


class Stopping(Protocol):
    def is_set(self) -> bool: ...


class Never:
    def is_set(self) -> bool:
        return False


class Shift:
    def __init__(
        self,
        config: EngineConfig,
        *,
        stopping: Stopping | None = None,
        clock: Clock = now,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._config = config
        self._stopping = stopping or Never()
        self._clock = clock
        self._draw = draw
        self._began = clock()
        self._renewed = datetime.min.replace(tzinfo=self._began.tzinfo)
        self._settled = self._began
        self._room = 2 * config.threads
        self._alone = False

    def work(self) -> bool:
        """Run due steps until none is due soon, the shift is over or the worker is stopping.

        Returns whether another claimer should follow at once.
        """
        with Pool(self._config.threads, self._clock) as pool:
            while self._open or pool.held:
                self._beat(pool)
                if self._open:
                    self._take(pool)
                if pool.held:
                    self._settle(pool.collect(timeout_seconds=self._config.look.total_seconds()))
                elif not self._rest():
                    return False
        return not self._stopping.is_set()

    def _take(self, pool: Pool) -> None:
        """Claim what there is room for; a suspect alone, before anything else and beside nothing."""
        if not pool.held:
            suspects = claim(most=1, now=self._clock(), lease=self._config.lease, suspects=True)
            self._alone = bool(suspects)
            pool.submit(suspects)
        free = self._room - len(pool.held)
        if free > 0 and not self._alone:
            lease, limits = self._config.lease, self._config.limits
            pool.submit(claim(most=free, now=self._clock(), lease=lease, limits=limits))

    @property
    def _open(self) -> bool:
        return not self._stopping.is_set() and self._clock() < self._began + self._config.shift

    def _settle(self, answers: Sequence[Answer]) -> Finished | None:
        if not answers:
            return None
        at = self._clock()
        results = [Result(claimed, self._written(claimed, verdict, at)) for claimed, verdict in answers]
        finished = finish(results, now=at)
        self._measure(len(answers))
        for operation in finished.ended:
            announce(operation)
        return finished

    def _written(self, claimed: Claimed, verdict: Verdict, at: datetime) -> Written:
        return written(verdict, attempt=claimed.attempt, now=at, random=self._draw(), patience=claimed.patience)

    def _measure(self, answers: int) -> None:
        """Quick steps are claimed by the hundred, slow ones a few at a time."""
        at = self._clock()
        took = max(at - self._settled, timedelta(milliseconds=1))
        self._settled = at
        pace = int(answers * (self._config.ahead / took))
        self._room = min(self._config.batch, max(2 * self._config.threads, pace))

    def _rest(self) -> bool:
        """Sleep until something may be due; False when nothing is within the horizon."""
        at = self._clock()
        due = next_due_at(at, self._config.limits)
        if due is None or due > at + self._config.horizon:
            return False
        sleep(max(0.0, min(due - at, self._config.look).total_seconds()))
        return True

    def _beat(self, pool: Pool) -> None:
        at = self._clock()
        if at - self._renewed >= self._config.lease / 3:
            self._renewed = at
            beat(worker_name(), at)
            held: list[Claimed] = list(pool.held)
            if held:
                renew(held, now=at, lease=self._config.lease)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
