"""Threads that run steps: cloud calls wait for answers, so many fit on one core."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from types import TracebackType

from django.db import connections

from console.kernel.clock import Clock
from console.operations.engine.claim import Claimed
from console.operations.engine.run import attempt
from console.operations.outcomes import Verdict

Answer = tuple[Claimed, Verdict]


class Pool:
    """A bounded number of threads, started as work comes; each closes its own connections."""

    def __init__(self, threads: int, clock: Clock) -> None:
        self._most = threads
        self._clock = clock
        self._waiting: SimpleQueue[Claimed | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.held: dict[Claimed, None] = {}
        """Claimed and not yet answered."""

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, claimed: list[Claimed]) -> None:
        for step in claimed:
            self.held[step] = None
            if len(self._threads) < min(self._most, len(self.held)):
                self._threads.append(threading.Thread(target=self._serve, name="engine-step", daemon=True))
                self._threads[-1].start()
            self._waiting.put(step)

    def collect(self, *, timeout_seconds: float) -> list[Answer]:
        """Wait for one answer, then return all that are there."""
        answers: list[Answer] = []
        try:
            answers.append(self._answers.get(timeout=timeout_seconds))
            while True:
                answers.append(self._answers.get_nowait())
        except Empty:
            for claimed, _ in answers:
                del self.held[claimed]
        return answers

    def _serve(self) -> None:
        try:
            while (step := self._waiting.get()) is not None:
                self._answers.put((step, attempt(step, now=self._clock())))
        finally:
            connections.close_all()
