"""Ends its own process by SIGKILL at chosen instructions of chosen steps, each of them once."""

import os
import signal
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from console.operations.engine import finish as finishing
from console.operations.engine import shift
from regions.steps.deciding import Act
from regions.steps.resources import Reconciler

POINTS = ("before-call", "after-call", "before-write", "before-commit")
"""Nothing done yet; the cloud has acted, we do not know; the answer is known; it is written, not committed."""


class Killer:
    """`plan` holds `step/point`; a file in `folder` marks each that has struck."""

    def __init__(self, plan: Collection[str], folder: Path) -> None:
        self._plan = frozenset(plan)
        self._folder = folder
        self.calling = threading.RLock()
        """Held from before a call to after it: else one step's kill could come between another's call, which has
        then taken effect, and the point behind it, which would never be reached."""

    def reach(self, step: str, point: str) -> None:
        key = f"{step}/{point}"
        if key not in self._plan:
            return
        try:
            (self._folder / key.replace("/", "@")).touch(exist_ok=False)
        except FileExistsError:
            return
        with self.calling:
            os.kill(os.getpid(), signal.SIGKILL)


def struck(folder: Path) -> set[str]:
    return {mark.name.replace("@", "/") for mark in folder.iterdir()}


def arm(killer: Killer) -> None:
    """Put the killer at every boundary inside a step; only ever in a process made to be killed."""
    Reconciler.carry_out = _around_calls(killer, Reconciler.carry_out)  # type: ignore[method-assign]
    shift.finish = _before_write(killer, shift.finish)  # type: ignore[attr-defined]
    finishing._tell = _before_commit(killer, finishing._tell)


def _around_calls(killer: Killer, carry_out: Callable[..., None]) -> Callable[..., None]:
    def carried_out(self: Reconciler, act: Act, seen: Any) -> None:
        with killer.calling:
            killer.reach(self.context.name, "before-call")
            carry_out(self, act, seen)
            killer.reach(self.context.name, "after-call")

    return carried_out


def _before_write(killer: Killer, finish: Callable[..., Any]) -> Callable[..., Any]:
    def finished(results: Any, **rest: Any) -> Any:
        for result in results:
            killer.reach(result.claimed.name, "before-write")
        return finish(results, **rest)

    return finished


def _before_commit(killer: Killer, tell: Callable[..., None]) -> Callable[..., None]:
    def told(rows: Any, now: Any) -> None:
        tell(rows, now)
        for row in rows:
            killer.reach(row.claimed.name, "before-commit")

    return told
