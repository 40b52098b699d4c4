"""What an earlier try left is taken up; what somebody else made is not; of two the idle one goes."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from regions.clouds.aws.client import AwsResources
from regions.clouds.errors import CloudError
from tests.unit.blueprints.specs import VARIANTS
from tests.unit.clouds import driver
from tests.unit.clouds.conftest import Region, prepare
from tests.unit.clouds.front_door import FrontDoor

ACCOUNTS = iter(range(330000000001, 330000000999))


@pytest.fixture
def region(door: FrontDoor) -> Region:
    """Every test has a cloud account to itself."""
    account = str(next(ACCOUNTS))
    return prepare(door, replace(VARIANTS["development"]), account)


def administrator(region: Region, service: str) -> Any:
    return region.door.administrator(region.spec.account_id, region.spec.cloud_region).client(service)


def again(region: Region) -> AwsResources:
    """As a later try sees it: another process, with nothing remembered."""
    return driver.client_for(region.session, region.spec.account_id, list(region.manifests.values()))


def pairs(tags: Any) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def make_vpc(region: Region) -> str:
    manifest = region.manifests["vpc"]
    tags = [{"ResourceType": "vpc", "Tags": pairs(manifest.tags)}]
    cidr = manifest.for_provider["cidrBlock"]
    made = administrator(region, "ec2").create_vpc(CidrBlock=cidr, TagSpecifications=tags)
    return str(made["Vpc"]["VpcId"])


def test_leftovers_with_our_tags_are_taken_up(region: Region) -> None:
    left = make_vpc(region)
    client = again(region)
    driver.settle(client, region.manifests["vpc"])
    assert client.observe(region.manifests["vpc"]).external_id == left


@pytest.mark.parametrize(
    "tags", [{}, {"team": "payments"}, {"byoc:region": "01938c2e-0000-7bde-8f00-000000000000"}]
)
def test_a_role_under_our_name_that_is_not_ours_is_foreign(region: Region, tags: dict[str, str]) -> None:
    manifest = region.manifests["cluster-role"]
    administrator(region, "iam").create_role(
        RoleName=manifest.external_name, Path="/byoc/", Tags=pairs(tags),
        AssumeRolePolicyDocument=manifest.for_provider["assumeRolePolicy"],
    )  # fmt: skip
    client = again(region)
    seen = client.observe(manifest)
    assert seen.foreign
    client.delete(manifest, seen)
    assert client.observe(manifest).exists


def test_a_tag_that_somebody_removed_does_not_make_it_foreign(region: Region) -> None:
    manifest = region.manifests["cluster-role"]
    driver.settle(region.client, manifest)
    administrator(region, "iam").untag_role(RoleName=manifest.external_name, TagKeys=["byoc:region"])
    seen = again(region).observe(manifest)
    assert not seen.foreign
    assert [one.field for one in seen.differences] == ["tags"]


def test_a_bucket_whose_creation_was_cut_short_is_ours_until_somebody_fills_it(region: Region) -> None:
    manifest, s3 = region.manifests["state-bucket"], administrator(region, "s3")
    place = {"LocationConstraint": region.spec.cloud_region}
    s3.create_bucket(Bucket=manifest.external_name, CreateBucketConfiguration=place)
    assert not again(region).observe(manifest).foreign
    s3.put_object(Bucket=manifest.external_name, Key="theirs", Body=b"theirs")
    assert again(region).observe(manifest).foreign


def test_log_groups_that_services_make_in_our_name_are_ours(region: Region) -> None:
    manifest = region.manifests["platform-logs"]
    administrator(region, "logs").create_log_group(logGroupName=manifest.external_name)
    assert not again(region).observe(manifest).foreign


def test_of_two_networks_the_one_in_use_stays_and_the_other_goes(region: Region) -> None:
    vpc, subnet = region.manifests["vpc"], region.manifests["public-a"]
    driver.settle(region.client, vpc)
    driver.settle(region.client, subnet)
    used = region.client.observe(vpc).external_id
    late = [make_vpc(region) for _ in range(3)]
    client = again(region)
    seen = client.observe(vpc)
    assert (seen.external_id, set(seen.surplus)) == (used, set(late))
    client.trim(vpc)
    assert (client.observe(vpc).external_id, client.observe(vpc).surplus) == (used, ())
    assert client.observe(subnet).exists


def test_of_two_keys_the_one_with_a_name_stays(region: Region) -> None:
    key, alias = region.manifests["encryption-key"], region.manifests["encryption-key-alias"]
    driver.settle(region.client, key)
    driver.settle(region.client, alias)
    used = region.client.observe(key).external_id
    tags = [{"TagKey": name, "TagValue": value} for name, value in key.tags.items()]
    late = {administrator(region, "kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"] for _ in range(3)}
    seen = again(region).observe(key)
    assert (seen.external_id, set(seen.surplus)) == (used, late)


@pytest.mark.parametrize("name", ["vpc", "nat-address-a"])
def test_what_was_made_and_is_not_visible_yet_is_not_made_again(region: Region, name: str) -> None:
    manifest = region.manifests[name]
    rule = {"service": "ec2", "action": "CreateVpc|AllocateAddress", "kind": "unseen", "delay_seconds": 1.0}
    region.door.ask("PUT", "faults", [{**rule, "account": region.spec.account_id}])
    try:
        for _ in range(3):
            with suppress(CloudError):  # a change that follows the creation speaks of what is not visible either
                region.client.create(manifest, token="t")
            assert not region.client.observe(manifest).exists
    finally:
        region.door.ask("PUT", "faults", [])
    while not region.client.observe(manifest).exists:
        pass
    driver.settle(region.client, manifest)
    assert region.client.observe(manifest).surplus == ()
