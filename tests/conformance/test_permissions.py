"""What is asked of the customer is what is used: no action more, none less."""

from dataclasses import replace

import pytest

from console.encryption.roots import AWS_KMS, Root
from console.encryption.store import context_of
from regions.actions.kms_keys import place_of
from regions.clouds.aws.root_keys import AwsKmsRoot
from regions.clouds.aws.signing_keys import AwsKmsSigning
from regions.permissions.bundle import current
from regions.permissions.verification import READINGS
from regions.spec import Connectivity, RegionSpec
from regions.states import ConnectionState
from regions.steps.verification_entry import identity_of
from secrets_app.pki.keys import verifies
from tests.unit.blueprints.specs import VARIANTS, network, production
from tests.unit.clouds import lifecycle
from tests.unit.clouds.conftest import Region, entered
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.connections.conftest import Customer

OTHER_REGION = "01938c2e-7c1a-7bde-8f00-00a1b2c3d4e6"


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_actions_evaluated_are_the_bundles_both_ways(customer: Customer, door: FrontDoor) -> None:
    """Over verification, provision, one update of each kind and deprovision, by PrivateLink and by gateway."""
    customer.make_role()
    customer.guard()
    customer.admin.client("kms").create_key(Description="One without an alias")
    region = _region(customer, door, VARIANTS["everything"])
    customer.plan(region.spec)
    customer.verify()
    assert customer.connection.state == ConnectionState.VERIFIED, customer.connection.message
    assert _differences(_evaluated(customer, door), {reading.action.name for reading in READINGS}) == ([], [])

    lifecycle.live(region)
    made, wanted = lifecycle.creations(region)
    assert made == wanted, "something was created twice"

    by_gateway = _region(customer, door, _gateway_spec(customer))
    lifecycle.live_by_gateway(by_gateway)
    assert (lifecycle.left(region), lifecycle.left(by_gateway)) == ([], [])
    _wrap_keys(customer, door)
    _sign_by_key(customer, door)

    assert _differences(_evaluated(customer, door), set(current().actions)) == ([], [])


def _region(customer: Customer, door: FrontDoor, spec: RegionSpec) -> Region:
    return entered(door, identity_of(customer.connection), spec)


def _gateway_spec(customer: Customer) -> RegionSpec:
    """The customer lends the gateway's route table to the connection."""
    ec2 = customer.admin.client("ec2")
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    table = made["TransitGatewayRouteTableId"]
    ec2.create_tags(Resources=[table], Tags=[{"Key": "byoc:lent-to", "Value": str(customer.connection.id)}])
    shape = replace(network(Connectivity.TRANSIT_GATEWAY, gateway), gateway_route_table_id=table)
    return production(region_id=OTHER_REGION, network=shape)


def _wrap_keys(customer: Customer, door: FrontDoor) -> None:
    """The organization's keys stand under a KMS key of the customer's."""
    arn = customer.admin.client("kms").create_key()["KeyMetadata"]["Arn"]
    root, place = AwsKmsRoot(door.vendor()[0]), place_of(customer.connection, arn)
    context = context_of("acme", 1, Root(AWS_KMS, place))
    assert root.unwrap(place, root.wrap(place, b"k" * 32, context), context) == b"k" * 32


def _sign_by_key(customer: Customer, door: FrontDoor) -> None:
    """An authority's key is a KMS key of the customer's."""
    tags = [{"TagKey": "byoc:connection", "TagValue": str(customer.connection.id)}]
    asymmetric = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "Tags": tags}
    arn = customer.admin.client("kms").create_key(**asymmetric)["KeyMetadata"]["Arn"]
    signer = AwsKmsSigning(door.vendor()[0]).signer(place_of(customer.connection, arn))
    assert verifies(signer.public_key(), signer.sign(b"to be signed"), b"to be signed")


def _evaluated(customer: Customer, door: FrontDoor) -> set[str]:
    return door.evaluated(customer.account_id, customer.connection.role_arn)


def _differences(evaluated: set[str], declared: set[str]) -> tuple[list[str], list[str]]:
    """What was needed and is not declared; what is declared and was not needed."""
    return sorted(evaluated - declared), sorted(declared - evaluated)
