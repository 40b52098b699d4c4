"""A cloud account of a customer behind the AWS front door, and a region to be in it."""

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connections

from accounts.actions import planes
from accounts.models import Organization
from console.kernel.ids import new_id
from console.kernel.permissions import Permission
from console.kernel.scope import Actor, ActorKind, Scope
from console.operations.actions import operations, retries
from console.operations.models import Operation
from regions.actions import connections as connecting
from regions.actions import departures, drift, regions, resources
from regions.blueprints import Manifest, blueprint
from regions.blueprints.keeping import Keeping
from regions.clouds.aws.accounts import AwsAccounts
from regions.clouds.aws.inspection import AwsDoors
from regions.clouds.aws.session import AwsConfig
from regions.models import Connection, Region
from regions.questionnaire import codec
from regions.spec import Cloud, RegionSpec
from regions.states import ConnectionState
from regions.steps import clouds, doors, surveys
from sandbox import frontdoor, paths
from sandbox.customer import stacks
from sandbox.customer.account import Account
from tests.unit.blueprints.specs import production

READY_SECONDS = 60
QUICK = {"cluster": 0.4, "nodegroup": 0.3, "rds": 0.4, "nat": 0.2}
PERMISSIONS = frozenset({Permission.REGION_APPROVE, Permission.REGION_DEPROVISION, Permission.OPERATION_CONTROL})
SMALL = (
    "vpc", "public-a", "internet-gateway", "nat-address-a", "nat-gateway-a", "private-routes-a",
    "private-routes-a-to-internet", "encryption-key", "encryption-key-alias", "cluster-role",
    "cluster-role-amazoneksclusterpolicy", "platform-logs", "state-bucket", "state-bucket-versioning", "dns-zone",
)  # fmt: skip
"""A few of each sort: ids invented by AWS, names of ours, a slow one, attachments."""


@dataclass(frozen=True, slots=True)
class FrontDoor:
    port: int

    @property
    def url(self) -> str:
        return f"http://{frontdoor.HOST}:{self.port}"

    def control(self, method: str, name: str, body: object = None, **query: str) -> Any:
        return frontdoor.call(self.port, method, name, body, query=query or None)

    @property
    def config(self) -> AwsConfig:
        keys = frontdoor.vendor(self.port)
        return AwsConfig(self.url, keys["access_key_id"], keys["secret_access_key"])

    @property
    def principal_arn(self) -> str:
        return str(frontdoor.vendor(self.port)["principal_arn"])


@contextmanager
def front_door(folder: Path) -> Iterator[FrontDoor]:
    """A process of its own, so that killing workers does not touch it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "sandbox.aws", "--port", str(port), "--state", str(folder)]
    with (folder / "aws.log").open("w") as log:
        process = subprocess.Popen(command, cwd=paths.ROOT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not frontdoor.ready(port):
            assert process.poll() is None, (folder / "aws.log").read_text()
            assert time.monotonic() < deadline, "the front door does not answer"
            time.sleep(0.05)
        yield FrontDoor(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


@dataclass(frozen=True, slots=True)
class OwnZones:
    """Stands in for public DNS: what the customer's own zones say."""

    account: Account

    def name_servers(self, zone: str) -> tuple[str, ...]:
        route53 = self.account.client("route53")
        for found in route53.list_hosted_zones()["HostedZones"]:
            if found["Name"].rstrip(".") == zone.rstrip("."):
                return tuple(route53.get_hosted_zone(Id=found["Id"])["DelegationSet"]["NameServers"])
        return ()


@dataclass(frozen=True, slots=True)
class World:
    door: FrontDoor
    scope: Scope
    account: Account
    connection: Connection
    region: Region
    manifests: tuple[Manifest, ...]

    def provision(self) -> Any:
        with self.scope.entered():
            return regions.approve(scope=self.scope, region=self.region)

    def reconcile(self) -> Any:
        with self.scope.entered():
            return drift.scan(scope=self.scope, region=self.region)

    def deprovision(self, keeping: Keeping | None = None) -> Any:
        with self.scope.entered():
            return departures.deprovision(
                scope=self.scope, region=self.region, typed_name=self.region.name, keeping=keeping
            )

    def retry(self, operation: Operation) -> None:
        """What a person does who has mended the cause."""
        with self.scope.entered():
            retries.retry_all(scope=self.scope, operation=operation)

    def cancel(self, operation: Operation) -> None:
        with self.scope.entered():
            operations.cancel(scope=self.scope, operation=operation)

    def state(self) -> str:
        return str(Region.objects.using("owner").get(pk=self.region.pk).state)


def scope_of(organization: Organization) -> Scope:
    actor = Actor(ActorKind.USER, "alice-id", "Alice")
    return Scope(organization.id, actor, PERMISSIONS, request_id=f"req-{random.randrange(10**12):012}")


def world_of(door: FrontDoor, organization: Organization, only: Sequence[str] = ()) -> World:
    """A fresh account with the connection's stack in it, and a planned region; `only` narrows its manifests."""
    bind(door)
    scope = scope_of(organization)
    account = Account(door.port, f"{random.randrange(2 * 10**11, 10**12):012}")
    with scope.entered():
        connection = _connection(scope, account.account_id)
    template = connecting.template_text(connection)
    stacks.run(account, name=connecting.stack_name(connection), template=template)
    clouds.bind_resolver(OwnZones(account))
    spec = _spec(door, organization, connection)
    manifests = tuple(one for one in blueprint(spec) if not only or one.name in only)
    manifests = _closed(manifests)
    with scope.entered():
        region = _region(scope, spec, connection)
        resources.make(scope=scope, region=region, manifests=manifests)
    return World(door, scope, account, connection, region, manifests)


def bind(door: FrontDoor) -> None:
    accounts = AwsAccounts(door.config)
    clouds.bind(Cloud.AWS, accounts)
    surveys.bind(Cloud.AWS, accounts)
    doors.bind(Cloud.AWS, doors.Way(AwsDoors(door.config), door.principal_arn))


def _closed(manifests: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """Without orders on what is not there."""
    names = {one.name for one in manifests}
    return tuple(_without_needs(one, names) for one in manifests)


def _without_needs(manifest: Manifest, names: set[str]) -> Manifest:
    if all(need in names for need in manifest.needs):
        return manifest
    body = json.loads(json.dumps(manifest.body))
    kept = [need for need in body["metadata"]["annotations"].get(NEEDS, "").split(",") if need in names]
    body["metadata"]["annotations"][NEEDS] = ",".join(kept)
    done = Manifest(body)
    assert all(need in names for need in done.needs), (manifest.name, done.needs)
    return done


NEEDS = "byoc.akka.io/needs"


def _connection(scope: Scope, account_id: str) -> Connection:
    return Connection.objects.create(
        org_id=scope.org_id,
        name=f"aws-{account_id}",
        cloud=Cloud.AWS.value,
        account_id=account_id,
        external_id=f"byoc-{new_id().hex}",
        created_by="Alice",
        state=ConnectionState.VERIFIED,
    )


def _spec(door: FrontDoor, organization: Organization, connection: Connection) -> RegionSpec:
    return replace(
        production(),
        region_id=str(new_id()),
        organization=organization.slug,
        connection_id=str(connection.id),
        account_id=connection.account_id,
        deployment_role_arn=connection.role_arn,
        permissions_boundary_arn=connection.boundary_arn,
        operations_principal_arn=door.principal_arn,
    )


def _region(scope: Scope, spec: RegionSpec, connection: Connection) -> Region:
    from uuid import UUID

    return Region.objects.create(
        id=UUID(spec.region_id),
        org_id=scope.org_id,
        name=spec.name,
        cloud=spec.cloud.value,
        cloud_region=spec.cloud_region,
        environment=spec.environment.value,
        connection=connection,
        plane=planes.default(scope=scope),
        plan_id=new_id(),
        plan_number=1,
        spec=codec.to_document(spec),
        requested_by="Alice",
    )


def until(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def close_connections() -> None:
    connections.close_all()
