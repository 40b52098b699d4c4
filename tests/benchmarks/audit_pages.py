"""Server time of the trail's pages at 10,000 and 1,000,000 events; `AUDIT_EVENTS=10000000` adds ten millions."""

import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.test import Client

from tests.benchmarks import trail, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated
from tests.benchmarks.timing import p95
from tests.signing_in import sign_in

FEW, MANY = 10_000, 1_000_000
ROUNDS, WARM = 25, 3
NOW = datetime.now(UTC)


def _moment(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z")


ALWAYS = {"period": "all"}
PAGES = {
    "first": {},
    "any_time": ALWAYS,
    "time": {"since": _moment(200), "until": _moment(170)},
    "actor": {**ALWAYS, "actor": "actor-7"},
    "rare_actor": {**ALWAYS, "actor": "actor-rare"},
    "actor_of_months": {"period": "90d", "actor": "actor-7"},
    "event": {**ALWAYS, "event": "region:approved"},
    "rare_event": {**ALWAYS, "event": "key:rehearsed"},
    "noun": {**ALWAYS, "event": "secret"},
    "target": {**ALWAYS, "target": "region:target-77"},
    "refused": {**ALWAYS, "outcome": "refused"},
    "failed": {**ALWAYS, "outcome": "failed"},
    "actor_and_event": {**ALWAYS, "actor": "actor-7", "event": "secret:revealed"},
    "words": {**ALWAYS, "q": "prod eu 77"},
    "common_word": {**ALWAYS, "q": "person"},
    "rare_word": {**ALWAYS, "q": "zacharias"},
    "no_such_word": {**ALWAYS, "q": "nowhere"},
}


def main() -> None:
    sizes = [FEW, MANY, *([large] if (large := int(os.environ.get("AUDIT_EVENTS", "0"))) > MANY else [])]
    with migrated():
        worlds = {size: world.make(f"trail-{size}") for size in sizes}
        with trail.filling():
            for size, made in worlds.items():
                trail.fill(made.organization.id, size)
        clients = {size: sign_in(Client(), made.user) for size, made in worlds.items()}
        found = {name: _measured(clients, urlencode(asked)) for name, asked in PAGES.items()}
    for name, by_size in found.items():
        figures = "/".join(f"{p95(times):.1f}" for times in by_size)
        print(f"bench audit_pages_{name} p95_ms={figures} ratio={_ratio(by_size):.3f}", flush=True)
    slowest = max(p95(by_size[-1]) for by_size in found.values())
    ratio = max(_ratio(by_size) for by_size in found.values())
    say("audit_pages", value=slowest, unit="ms", ratio=ratio, against=f"{FEW}_events")


def _measured(clients: dict[int, Client], query: str) -> list[list[float]]:
    """Milliseconds of the same page at each size, in turns, so that a busy machine is busy for all."""
    paths = [(client, f"/o/trail-{size}/audit/?{query}") for size, client in clients.items()]
    times: list[list[float]] = [[] for _ in paths]
    for turn in range(WARM + ROUNDS):
        for place, (client, path) in enumerate(paths):
            started = time.perf_counter()
            assert client.get(path).status_code == 200, path
            if turn >= WARM:
                times[place].append((time.perf_counter() - started) * 1000)
    return times


def _ratio(by_size: list[list[float]]) -> float:
    """The largest trail against the smallest: the median of the turns' own ratios."""
    return statistics.median(large / small for small, large in zip(by_size[0], by_size[-1], strict=True))
