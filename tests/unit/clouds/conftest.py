"""One region provisioned behind the front door, which the tests of updates share."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore import xform_name

from regions.blueprints import blueprint
from regions.blueprints.manifests import Manifest, by_name
from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.session import Session, Sessions
from regions.permissions.bundle import current
from regions.permissions.cloudformation import template
from regions.permissions.identity import RoleIdentity
from regions.spec import RegionSpec
from tests.unit.blueprints.specs import ACCOUNT, VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.front_door import FrontDoor

EXTERNAL_ID = "external-id-of-the-connection"
SHORT = "a1b2c3d4e5"


@dataclass
class Region:
    """A region's manifests, the client that reconciles them, and the calls it makes."""

    door: FrontDoor
    session: Session
    spec: RegionSpec
    manifests: dict[str, Manifest]
    client: AwsResources
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    """The methods called by the time everything had been created, twice over."""


@pytest.fixture(scope="session")
def region(door: FrontDoor) -> Region:
    """Provisioned; tests may change it, for each looks at its own resource."""
    region = prepare(door, VARIANTS["everything"], ACCOUNT)
    driver.provision(region.client, list(region.manifests.values()))
    return region


def prepare(door: FrontDoor, spec: RegionSpec, account_id: str) -> Region:
    return entered(door, connected(door, spec, account_id), spec)


def connected(door: FrontDoor, spec: RegionSpec, account_id: str) -> RoleIdentity:
    """The customer runs the connection's stack in the account: the role has the bundle, and nothing more."""
    _, principal = door.vendor()
    identity = RoleIdentity(account_id, spec.connection_id, SHORT, EXTERNAL_ID, principal)
    client = door.administrator(account_id, spec.cloud_region).client("cloudformation")
    with suppress(client.exceptions.AlreadyExistsException):
        client.create_stack(
            StackName=identity.stack_name,
            TemplateBody=template(current(), identity),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    client.get_waiter("stack_create_complete").wait(
        StackName=identity.stack_name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
    )
    return identity


def entered(door: FrontDoor, identity: RoleIdentity, spec: RegionSpec) -> Region:
    """A region as the control plane reaches it, by the connection's role."""
    config, _ = door.vendor()
    spec = replace(
        spec,
        account_id=identity.account_id,
        connection_id=identity.connection_id,
        deployment_role_arn=identity.role_arn,
        permissions_boundary_arn=identity.boundary_arn,
    )
    session = Sessions(config).open(
        role_arn=identity.role_arn,
        external_id=identity.external_id,
        region=spec.cloud_region,
        session_name="tests",
        source_identity="alice",
        tags={"byoc:organization": spec.organization},
    )
    manifests = by_name(blueprint(spec))
    client = AwsResources(session, spec.account_id, spec.cloud_region, manifests.__getitem__)
    region = Region(door, session, spec, manifests, client)
    record(session, region.calls)
    return region


def record(session: Session, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """Every call by boto3's method name, with its request, as botocore is about to build it."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((xform_name(model.name), dict(params)))

    for service in {kind.service for kind in KINDS.values()}:
        session.client(service).meta.events.register("provide-client-params.*.*", note)
