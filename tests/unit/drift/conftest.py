"""A region that stands behind the front door once for all tests; each changes it by the customer's own keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from accounts.actions import planes
from accounts.models import Organization
from console.kernel.clock import now
from console.kernel.ids import new_id
from console.kernel.scope import Scope, of_console
from regions.actions import connections as connecting
from regions.actions import resources
from regions.blueprints import Manifest, blueprint
from regions.blueprints.manifests import by_name
from regions.clouds.aws.accounts import AwsAccounts
from regions.models import Connection, DriftScan, Finding, Region, Resource
from regions.questionnaire import codec
from regions.spec import Cloud
from regions.states import ConnectionState, RegionState
from regions.steps import clouds, drift_scan, surveys
from regions.steps.drift_findings import watch_of
from sandbox.customer import stacks
from sandbox.customer.account import Account
from tests.faults.driving import drive
from tests.faults.world import QUICK, FrontDoor, front_door
from tests.unit.blueprints.specs import production
from tests.unit.clouds import driver

ACCOUNT = "234567890123"
CONNECTION = UUID("01938c2e-7c1a-7bde-8f00-00000000c001")
REGION = UUID("01938c2e-7c1a-7bde-8f00-00000000d001")
EXTERNAL_ID = "external-id-of-drift"
NAMES = (
    "vpc", "public-a", "private-a", "internet-gateway", "private-routes-a", "private-a-routing", "nat-address-a",
    "load-balancer-security", "cluster-security", "cluster-from-private-a", "cluster-security-out", "cluster-role",
    "cluster-role-amazoneksclusterpolicy", "read-only-role", "read-only-policy-1", "read-only-policy-1-attachment",
    "encryption-key", "encryption-key-alias", "platform-logs", "state-bucket", "state-bucket-public-access",
)  # fmt: skip


@pytest.fixture(scope="session")
def running_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(tmp_path_factory.mktemp("aws")) as door:
        door.control("PUT", "delays", QUICK)
        yield door


@pytest.fixture
def bound(running_door: FrontDoor) -> Iterator[FrontDoor]:
    """The product's adapters, at the front door of these tests."""
    before = (clouds.accounts_of("aws"), surveys.surveyors_of("aws"))
    accounts = AwsAccounts(running_door.config)
    clouds.bind(Cloud.AWS, accounts)
    surveys.bind(Cloud.AWS, accounts)
    yield running_door
    clouds.bind(Cloud.AWS, before[0])
    surveys.bind(Cloud.AWS, before[1])


@pytest.fixture
def connection(acme: Organization, alice_scope: Scope) -> Connection:
    with alice_scope.entered():
        return Connection.objects.create(
            id=CONNECTION, org_id=acme.id, name="aws-drift", cloud="aws", account_id=ACCOUNT,
            external_id=EXTERNAL_ID, created_by="Alice", state=ConnectionState.VERIFIED,
        )  # fmt: skip


@pytest.fixture
def account(bound: FrontDoor) -> Account:
    return Account(bound.port, ACCOUNT)


@dataclass
class Drifting:
    """An active region whose cloud is there, and the customer's administrator beside it."""

    scope: Scope
    region: Region
    account: Account
    manifests: dict[str, Manifest]
    door: FrontDoor

    def client(self, service: str) -> Any:
        return self.account.client(service)

    def row(self, name: str) -> Resource:
        with self.scope.entered():
            return Resource.objects.visible_to(self.scope).of_region(self.region).get(name=name)

    def id_of(self, name: str) -> str:
        return self.row(name).external_id

    def scan(self) -> DriftScan:
        """As beat has it done."""
        drift_scan.scan_by_schedule(of_console(self.region.org_id), [self.region.id])
        return self.last_scan()

    def last_scan(self) -> DriftScan:
        with self.scope.entered():
            scan = DriftScan.objects.visible_to(self.scope).newest_first().first()
        assert scan is not None
        assert scan.state == "succeeded", scan.message
        return scan

    def findings(self) -> list[Finding]:
        with self.scope.entered():
            found = Finding.objects.visible_to(self.scope).of_region(self.region)
            return list(found.select_related("region").worst_first())

    def live(self) -> dict[str, Finding]:
        return {one.resource: one for one in self.findings() if one.state in {"open", "snoozed", "reverting"}}

    def health(self) -> str:
        with self.scope.entered():
            return str(Region.objects.visible_to(self.scope).get(pk=self.region.pk).health)

    def only(self) -> Finding:
        (finding,) = self.live().values()
        return finding

    def drive(self, operation: Any) -> str:
        return str(drive(operation, seconds=40).state)


@pytest.fixture
def drifting(
    alice_scope: Scope, connection: Connection, account: Account, bound: FrontDoor, provisioned: Callable[..., Any]
) -> Drifting:
    spec = replace(
        production(), region_id=str(REGION), connection_id=str(CONNECTION), account_id=ACCOUNT,
        organization="acme", deployment_role_arn=connection.role_arn,
        permissions_boundary_arn=connection.boundary_arn, operations_principal_arn=bound.principal_arn,
    )  # fmt: skip
    manifests = driver.closure(blueprint(spec), NAMES)
    provisioned(connection, account, manifests)
    with alice_scope.entered():
        region = Region.objects.create(
            id=REGION, org_id=alice_scope.org_id, name=spec.name, cloud="aws", cloud_region=spec.cloud_region,
            environment="production", connection=connection, plane=planes.default(scope=alice_scope),
            plan_id=new_id(), plan_number=1, spec=codec.to_document(spec), requested_by="Alice",
            state=RegionState.ACTIVE, active_at=now(),
        )  # fmt: skip
        resources.make(scope=alice_scope, region=region, manifests=manifests)
        watch_of(alice_scope, region)
    made = Drifting(alice_scope, region, account, by_name(manifests), bound)
    made.scan()
    assert made.findings() == []
    return made


@pytest.fixture(scope="session")
def provisioned(running_door: FrontDoor) -> Callable[..., None]:
    """Brings the resources up at the first call; later ones find them, put back by the tests before."""
    accounts = AwsAccounts(running_door.config)
    done: list[bool] = []

    def provision(connection: Connection, account: Account, manifests: list[Manifest]) -> None:
        if done:
            return
        template = connecting.template_text(connection)
        stacks.run(account, name=connecting.stack_name(connection), template=template)
        entry = clouds.CloudEntry(
            ACCOUNT, "eu-central-1", connection.role_arn, EXTERNAL_ID, "tests", "alice",
            {"byoc:connection": str(CONNECTION)},
        )  # fmt: skip
        driver.provision(accounts.resources(entry, by_name(manifests).__getitem__), manifests)
        done.append(True)

    return provision
