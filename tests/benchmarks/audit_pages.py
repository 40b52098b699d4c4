"""Server time of the trail's pages at 10,000 and 1,000,000 events; `AUDIT_EVENTS=10000000` adds ten millions."""

import os
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.test import Client

from tests.benchmarks import trail, world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated
from tests.benchmarks.timing import milliseconds, p95
from tests.signing_in import sign_in

FEW, MANY = 10_000, 1_000_000
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
    "actor_of_month": {"period": "30d", "actor": "actor-7"},
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
        found = {
            name: [_time(clients[size], f"/o/trail-{size}/audit/?{urlencode(asked)}") for size in sizes]
            for name, asked in PAGES.items()
        }
    for name, times in found.items():
        figures = " ".join(f"{time:.1f}" for time in times)
        print(f"bench audit_pages_{name} ms={figures.replace(' ', '/')} ratio={max(times) / times[0]:.3f}")
    slowest = max(times[-1] for times in found.values())
    ratio = max(max(times) / times[0] for times in found.values())
    say("audit_pages", value=slowest, unit="ms", ratio=ratio, against=f"{FEW}_events")


def _time(client: Client, path: str) -> float:
    def call() -> None:
        assert client.get(path).status_code == 200, path

    return p95(milliseconds(call))
