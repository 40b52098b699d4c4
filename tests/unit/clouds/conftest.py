"""One front door a test process, and one region provisioned in it that the tests of updates share."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore import xform_name

from regions.blueprints import blueprint
from regions.blueprints.aws.build import document
from regions.blueprints.manifests import Manifest, by_name
from regions.clouds.aws.actions import all_actions
from regions.clouds.aws.client import AwsResources
from regions.clouds.aws.kinds import KINDS
from regions.clouds.aws.packing import pack
from regions.clouds.aws.policies import Confines, statements
from regions.clouds.aws.session import Session, Sessions
from regions.spec import RegionSpec
from tests.unit.blueprints.specs import ACCOUNT, VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.front_door import FrontDoor, running

EXTERNAL_ID = "external-id-of-the-connection"


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
    session = deployment_session(door, spec)
    client = AwsResources(session, account_id, spec.cloud_region, manifests.__getitem__)
    region = Region(door, session, spec, manifests, client)
    record(session, region.calls)
    return region


def deployment_session(door: FrontDoor, spec: RegionSpec) -> Session:
    """The role that the declared actions make, and nothing more; assumed by the control plane."""
    iam = door.administrator(spec.account_id, spec.cloud_region).client("iam")
    config, principal = door.vendor()
    role = spec.deployment_role_arn.rpartition("/")[2]
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_policy(PolicyName="byoc-boundary", Path="/byoc/", PolicyDocument=document(everything))
        iam.create_role(RoleName=role, Path="/byoc/", AssumeRolePolicyDocument=document(_trust(principal)))
        for number, part in enumerate(pack(statements(all_actions(), confines(spec)))):
            written = document(*(one.document() for one in part))
            made = iam.create_policy(PolicyName=f"part-{number}", Path="/byoc/", PolicyDocument=written)
            iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])
    return Sessions(config).open(
        role_arn=spec.deployment_role_arn,
        external_id=EXTERNAL_ID,
        region=spec.cloud_region,
        session_name="tests",
        source_identity="alice",
        tags={"byoc:organization": spec.organization},
    )


def confines(spec: RegionSpec) -> Confines:
    tags = {"byoc:connection": spec.connection_id, "byoc:region": spec.region_id}
    return Confines(spec.account_id, spec.cloud_region, tags, spec.permissions_boundary_arn)


def _trust(principal: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    }


def record(session: Session, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """Every call by boto3's method name, with its request, as botocore is about to build it."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((xform_name(model.name), dict(params)))

    for service in {kind.service for kind in KINDS.values()}:
        session.client(service).meta.events.register("provide-client-params.*.*", note)
