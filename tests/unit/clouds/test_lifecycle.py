"""What the adapter does where the road is not straight: other keys, lost answers, things in the way."""

from dataclasses import replace
from typing import Any

import pytest

from regions.blueprints import blueprint
from regions.clouds.aws.actions import actions_of, all_actions
from regions.clouds.errors import Category, CloudError
from regions.spec import EncryptionSpec
from tests.unit.blueprints.specs import VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.conftest import Region, prepare
from tests.unit.clouds.front_door import FrontDoor

LOST_ANSWER = {
    "service": "ec2",
    "action": "CreateVpc",
    "account": "710987654321",
    "rate": 1,
    "kind": "lost_answer",
    "count": 1,
}


def in_account(door: FrontDoor, variant: str, account: str, **changes: Any) -> Region:
    """Every test has a cloud account to itself."""
    return prepare(door, replace(VARIANTS[variant], **changes), account)


def test_a_customers_key_is_used_and_never_touched(door: FrontDoor) -> None:
    account = "410987654321"
    kms = door.administrator(account, "eu-central-1").client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    region = in_account(door, "development", account, encryption=EncryptionSpec(arn))
    part = driver.closure(list(region.manifests.values()), ["database", "registry", "state-bucket-encryption"])
    driver.provision(region.client, part)
    assert region.client.observe(region.manifests["database"]).facts["KmsKeyId"] == arn
    driver.deprovision(region.client, part)
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Enabled"


def test_what_somebody_detached_is_attached_again(door: FrontDoor) -> None:
    region = in_account(door, "development", "810987654321")
    part = driver.closure(list(region.manifests.values()), ["internet-gateway"])
    driver.provision(region.client, part)
    manifest = region.manifests["internet-gateway"]
    ec2, seen = region.session.client("ec2"), region.client.observe(manifest)
    vpc = seen.facts["Attachments"][0]["VpcId"]
    ec2.detach_internet_gateway(InternetGatewayId=seen.external_id, VpcId=vpc)
    assert [one.field for one in region.client.observe(manifest).differences] == ["vpcId"]
    driver.settle(region.client, manifest)


def test_a_dependency_still_there_is_a_conflict_to_try_again(door: FrontDoor) -> None:
    region = in_account(door, "development", "510987654321")
    vpc, subnet = region.manifests["vpc"], region.manifests["public-a"]
    driver.settle(region.client, vpc)
    driver.settle(region.client, subnet)
    with pytest.raises(CloudError) as refused:
        region.client.delete(vpc, region.client.observe(vpc))
    assert (refused.value.code, refused.value.category) == ("DependencyViolation", Category.CONFLICT)


def test_a_reference_that_is_not_there_yet_is_a_conflict_to_try_again(door: FrontDoor) -> None:
    region = in_account(door, "development", "610987654321")
    with pytest.raises(CloudError) as refused:
        region.client.create(region.manifests["public-a"], token="t")
    assert refused.value.category is Category.CONFLICT
    assert "vpc (VPC) does not exist" in refused.value.message


def test_a_lost_answer_makes_no_second_thing(door: FrontDoor) -> None:
    region = in_account(door, "development", "710987654321")
    vpc = region.manifests["vpc"]
    door.ask("PUT", "faults", [LOST_ANSWER])
    try:
        with pytest.raises(CloudError) as lost:
            region.client.create(vpc, token="t")
    finally:
        door.ask("PUT", "faults", [])
    assert lost.value.category is Category.TRANSIENT
    driver.settle(region.client, vpc)
    filters = [{"Name": "tag:byoc:region", "Values": [region.spec.region_id]}]
    assert len(region.session.client("ec2").describe_vpcs(Filters=filters)["Vpcs"]) == 1


def test_a_region_without_a_gateway_needs_no_permission_for_one() -> None:
    names = {action.name for action in actions_of(blueprint(VARIANTS["production"]))}
    assert "ec2:CreateTransitGatewayVpcAttachment" not in names
    assert names < {action.name for action in all_actions()}
