"""One front door a test process, and one region provisioned in it that the tests of updates share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore import xform_name

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest, by_name
from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.session import Session
from regions.spec import RegionSpec
from tests.unit.blueprints.specs import ACCOUNT, VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.front_door import FrontDoor, running


@dataclass
class Region:
    """A region's manifests, the client that reconciles them, and the calls it makes."""

    door: FrontDoor
    session: Session
    spec: RegionSpec
    manifests: dict[str, Manifest]
    client: AwsResources
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture(scope="session")
def door() -> Iterator[FrontDoor]:
    with running(delay_seconds=0.05) as door:
        yield door


@pytest.fixture(scope="session")
def region(door: FrontDoor) -> Region:
    """Provisioned; tests may change it, for each looks at its own resource."""
    region = prepare(door, VARIANTS["production"], ACCOUNT)
    driver.provision(region.client, list(region.manifests.values()))
    return region


def prepare(door: FrontDoor, spec: RegionSpec, account_id: str) -> Region:
    manifests = by_name(blueprint(spec))
    session = door.administrator(account_id, spec.cloud_region)
    client = AwsResources(session, account_id, spec.cloud_region, manifests.__getitem__)
    region = Region(door, session, spec, manifests, client)
    record(session, region.calls)
    return region


def record(session: Session, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """Every call by boto3's method name, with its request, as botocore is about to build it."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((xform_name(model.name), dict(params)))

    for service in {kind.service for kind in KINDS.values()}:
        session.client(service).meta.events.register("provide-client-params.*.*", note)
