"""Calls of one scan by schedule of 1, 10 and 100 quiet regions of one account, counted where they are made.

Behind the front door each region has its network, a security group, a role with its policy and its logs; the cloud
was read once before, as it is while a region runs.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from accounts.actions import planes
from console.kernel.ids import new_id
from console.kernel.scope import of_console
from regions.actions import connections as connecting
from regions.actions import resources
from regions.blueprints import Manifest, blueprint
from regions.blueprints.manifests import by_name
from regions.clouds.aws.accounts import AwsAccounts
from regions.models import Connection, DriftScan, Region
from regions.questionnaire import codec
from regions.spec import Cloud, RegionSpec
from regions.states import RegionState
from regions.steps import clouds, drift_scan, surveys
from regions.steps.drift_findings import watch_of
from regions.steps.stores import entry_to
from sandbox.customer import stacks
from sandbox.customer.account import Account
from tests.benchmarks import world
from tests.benchmarks.catalogue import say
from tests.benchmarks.database import migrated
from tests.faults.world import FrontDoor, front_door
from tests.unit.blueprints.specs import production
from tests.unit.clouds import driver

SIZES = (1, 10, 100)
NAMES = (
    "public-a",
    "load-balancer-security-out",
    "load-balancer-security",
    "read-only-policy-1-attachment",
    "platform-logs",
)
VPCS = {"service": "vpc", "code": "L-F678F1CE", "value": 1000}


def main() -> None:
    with migrated(), tempfile.TemporaryDirectory() as folder, front_door(Path(folder)) as door:
        made = world.make("bench")
        with _cloud(door, made.connection) as accounts:
            calls = _measured(door, made, accounts)
    for size in SIZES:
        say(
            f"drift_scan_{size}", value=calls[size], unit="calls", ratio=calls[size] / calls[1], against="1_region"
        )
    say("drift_scan", value=calls[100], unit="calls", ratio=calls[100] / calls[1], against="1_region")


@contextmanager
def _cloud(door: FrontDoor, connection: Connection) -> Iterator[AwsAccounts]:
    account = Account(door.port, connection.account_id)
    stacks.run(account, name=connecting.stack_name(connection), template=connecting.template_text(connection))
    door.control("PUT", "quotas", {"account_id": connection.account_id, "region": "eu-central-1", **VPCS})
    accounts = AwsAccounts(door.config)
    clouds.bind(Cloud.AWS, accounts)
    surveys.bind(Cloud.AWS, accounts)
    yield accounts


def _measured(door: FrontDoor, made: world.World, accounts: AwsAccounts) -> dict[int, int]:
    regions: list[UUID] = []
    calls = {}
    for size in SIZES:
        regions += [_region(door, made, accounts) for _ in range(size - len(regions))]
        _scan(made, regions)
        calls[size] = _scan(made, regions)
    return calls


def _scan(made: world.World, regions: list[UUID]) -> int:
    """Calls of the regions' scan; whatever it finds would be a fault of the benchmark."""
    with made.scope.entered():
        DriftScan.objects.visible_to(made.scope).delete()
    drift_scan.scan_by_schedule(of_console(made.organization.id), regions)
    with made.scope.entered():
        scans = list(DriftScan.objects.visible_to(made.scope))
    assert len(scans) == len(regions)
    assert not any(scan.opened or scan.message for scan in scans)
    return sum(scan.calls for scan in scans)


def _region(door: FrontDoor, made: world.World, accounts: AwsAccounts) -> UUID:
    spec = _spec(door, made)
    manifests = driver.closure(blueprint(spec), NAMES)
    _provision(accounts, made.connection, spec, manifests)
    with made.scope.entered():
        region = Region.objects.create(
            id=UUID(spec.region_id), org_id=made.organization.id, name=f"region-{spec.short}", cloud="aws",
            cloud_region=spec.cloud_region, environment="production", connection=made.connection,
            plane=planes.default(scope=made.scope), plan_id=new_id(), plan_number=1, spec=codec.to_document(spec),
            state=RegionState.ACTIVE, requested_by="Alice",
        )  # fmt: skip
        resources.make(scope=made.scope, region=region, manifests=manifests)
        watch_of(made.scope, region)
    return region.id


def _spec(door: FrontDoor, made: world.World) -> RegionSpec:
    connection = made.connection
    return replace(
        production(), region_id=str(new_id()), organization="bench", connection_id=str(connection.id),
        account_id=connection.account_id, deployment_role_arn=connection.role_arn,
        permissions_boundary_arn=connection.boundary_arn, operations_principal_arn=door.principal_arn,
    )  # fmt: skip


def _provision(accounts: AwsAccounts, connection: Connection, spec: RegionSpec, manifests: list[Manifest]) -> None:
    entry = replace(entry_to(connection, spec.cloud_region), session_name=f"bench-{spec.short}")
    client = accounts.resources(entry, by_name(manifests).__getitem__)
    driver.provision(client, manifests)
