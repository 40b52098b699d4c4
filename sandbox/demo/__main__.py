"""Builds the demo organization: `python -m sandbox.demo`, started by `make up`."""

import os
import sys

import django


def main() -> int:
    django.setup()
    from sandbox import ports
    from sandbox.demo import certificates, drift, keys, people, road, secrets, trail

    found = ports.derive(ports.parse(os.environ["PORT"]))
    people.make(found)
    road.walk(found)
    secrets.fill(found)
    certificates.fill()
    keys.settle(found)
    drift.make(found)
    trail.prove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
