"""The same graph as a Celery canvas: a chain of groups, since a chord waits for all of its header.

Its worker has as many threads as the widest group, so that only the shape of a canvas costs time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from celery import Celery, chain, group

from sandbox import paths

Graph = Mapping[str, tuple[Sequence[str], float]]
"""What each step needs, and how many seconds it lasts."""
PATIENCE_SECONDS = 300
app = Celery("canvas", broker=os.environ.get("BROKER_URL"), backend=os.environ.get("BROKER_URL"))
app.conf.broker_connection_retry_on_startup = True


@app.task(name="canvas.last")
def last(seconds: float) -> None:
    time.sleep(seconds)


def run(graph: Graph) -> float:
    """Seconds from sending the canvas to the end of its last group."""
    layers = _layers(graph)
    with _worker(threads=max(len(layer) for layer in layers)):
        canvas = chain(*(group(last.si(graph[name][1]) for name in layer) for layer in layers))
        started = time.perf_counter()
        canvas.apply_async().get(timeout=PATIENCE_SECONDS)
        return time.perf_counter() - started


def _layers(graph: Graph) -> list[list[str]]:
    """Steps by how many others stand in a row before them."""
    depth: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((of(need) for need in graph[name][0]), default=-1)
        return depth[name]

    found: dict[int, list[str]] = {}
    for name in graph:
        found.setdefault(of(name), []).append(name)
    return [found[number] for number in sorted(found)]


@contextmanager
def _worker(*, threads: int) -> Iterator[None]:
    command = [
        sys.executable, "-m", "celery", "-A", "tests.benchmarks.canvas", "worker", "--pool", "threads",
        "--concurrency", str(threads), "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        last.si(0).apply_async().get(timeout=60)  # it is up
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
