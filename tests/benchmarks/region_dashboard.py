"""The list of regions and the overview at 1,000 regions, against 10 regions."""

from django.test import Client

from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated
from tests.benchmarks.timing import milliseconds, p95
from tests.signing_in import sign_in

MANY, FEW = 1000, 10


def main() -> None:
    with migrated():
        many, few = _measured("many", MANY), _measured("few", FEW)
        say("region_dashboard", value=many, unit="ms", ratio=many / few, against=f"{FEW}_regions")


def _measured(slug: str, number: int) -> float:
    made = world.make(slug)
    world.add_regions(made, number)
    client = sign_in(Client(), made.user)
    return max(
        p95(milliseconds(lambda path=path: client.get(path)))  # type: ignore[misc]
        for path in (f"/o/{slug}/", f"/o/{slug}/regions/?limit={FEW}")
    )
