"""Begins a provisioning in a database of its own: `python -m tests.faults.scene PORT`, told by its environment.

Prints what the test must know of it, as JSON.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from accounts.models import Organization
    from tests.faults.test_workers import WITHOUT_DNS
    from tests.faults.world import FrontDoor, world_of

    organization = Organization.objects.using("owner").create(slug="acme", name="Acme Bank")
    world = world_of(FrontDoor(int(sys.argv[1])), organization, WITHOUT_DNS)
    operation = world.provision()
    said = {"account": world.account.account_id, "region": str(world.region.pk), "operation": str(operation.pk)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
