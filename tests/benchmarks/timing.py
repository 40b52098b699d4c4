"""Percentiles of repeated calls."""

import statistics
import time
from collections.abc import Callable


def milliseconds(call: Callable[[], object], *, rounds: int = 30, warm: int = 5) -> list[float]:
    for _ in range(warm):
        call()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return found


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]
