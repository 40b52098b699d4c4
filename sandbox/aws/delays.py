"""Slow kinds: what is created or deleted now and done some seconds of wall clock later."""

import time
from collections.abc import Callable
from typing import Any

from sandbox.aws.state import state

Settle = Callable[[Any, str], None]
SETTLERS: dict[str, Settle] = {}
DELETING_SHARE = 0.5  # a deletion takes half of what the creation took


def on_due(kind: str) -> Callable[[Settle], Settle]:
    """The function gets key and outcome of everything of its kind whose time has come."""

    def register(settle: Settle) -> Settle:
        SETTLERS[kind] = settle
        return settle

    return register


def later(kind: str, key: Any, outcome: str, seconds: float) -> None:
    """Let ``outcome`` happen to ``key`` after ``seconds``; a second plan for the same key replaces the first."""
    state().shelf("pending")[kind, key] = (time.time() + seconds, outcome)


def seconds_of(kind: str, *, deleting: bool = False) -> float:
    return state().delays.get(kind, 0.0) * (DELETING_SHARE if deleting else 1.0)


def forget(kind: str, key: Any) -> None:
    state().shelf("pending").pop((kind, key), None)


def settle() -> None:
    """Let everything happen that is due."""
    pending = state().shelf("pending")
    now = time.time()
    due = sorted((at, kind, key, outcome) for (kind, key), (at, outcome) in pending.items() if at <= now)
    for _, kind, key, outcome in due:
        pending.pop((kind, key), None)
        SETTLERS[kind](key, outcome)
