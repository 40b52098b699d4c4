"""Every kind through create, observe, update and delete, and nothing twice."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from regions.blueprints import blueprint
from regions.clouds.aws.actions import actions_of, all_actions
from regions.clouds.aws.kinds import KINDS
from regions.clouds.errors import Category, CloudError
from regions.spec import Connectivity, EncryptionSpec
from tests.unit.blueprints.specs import VARIANTS, network
from tests.unit.clouds import driver
from tests.unit.clouds.conftest import Region, prepare
from tests.unit.clouds.front_door import FrontDoor
from tests.unit.clouds.mutations import (
    COMMON,
    PRIVATE_LINK,
    PUBLIC_ENDPOINT,
    TRANSIT_GATEWAY,
    mutated,
    tag_mutations,
)

LOST_ANSWER = {
    "service": "ec2",
    "action": "CreateVpc",
    "account": "710987654321",
    "rate": 1,
    "kind": "lost_answer",
    "count": 1,
}
OURS = ("byoc:region", "byoc:connection")
SET_THE_SCENE = {"s3:PutObject", "s3:DeleteObject"}
"""What the account's own administrator does in these tests, and the deployment role never."""


@pytest.fixture(scope="module")
def finished(door: FrontDoor) -> Region:
    """A region provisioned, changed, used, and deprovisioned; with all its calls."""
    region = in_account(door, "privatelink", "210987654321")
    manifests = list(region.manifests.values())
    driver.provision(region.client, manifests)
    for manifest in manifests:
        region.client.create(manifest, token="another-token")
    region.created = [method for method, _ in region.calls]
    change_everything(region)
    versioning = next(one for one in manifests if one.kind == "BucketVersioning")
    region.manifests[versioning.name] = versioning
    driver.settle(region.client, versioning)
    leave_things_behind(region)
    driver.deprovision(region.client, list(region.manifests.values()))
    return region


def change_everything(region: Region) -> None:
    """One update of each kind, and of each of its calls; some mend what others did."""
    for mutation in (*COMMON, PUBLIC_ENDPOINT, *PRIVATE_LINK, *tag_mutations(region.manifests)):
        manifest = mutated(region.manifests[mutation.manifest], mutation)
        region.manifests[mutation.manifest] = manifest
        driver.settle(region.client, manifest)
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    role = region.manifests["elevated-role"]
    administrator.client("iam").put_role_permissions_boundary(
        RoleName=role.external_name, PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    other = administrator.client("kms").create_key()["KeyMetadata"]["KeyId"]
    alias = region.manifests["encryption-key-alias"]
    tags = [{"TagKey": key, "TagValue": region.manifests["encryption-key"].tags[key]} for key in OURS]
    administrator.client("kms").tag_resource(KeyId=other, Tags=tags)
    administrator.client("kms").update_alias(AliasName=alias.external_name, TargetKeyId=other)
    for manifest in (role, alias):
        driver.settle(region.client, manifest)


def in_account(door: FrontDoor, variant: str, account: str, **changes: Any) -> Region:
    """Every test has a cloud account to itself."""
    spec = VARIANTS[variant]
    arns = {
        name: getattr(spec, name).replace(spec.account_id, account)
        for name in ("deployment_role_arn", "permissions_boundary_arn")
    }
    return prepare(door, replace(spec, account_id=account, **arns, **changes), account)


def leave_things_behind(region: Region) -> None:
    """What a living region leaves: objects in its bucket, records in its zone."""
    bucket = region.manifests["state-bucket"].external_name
    administrator = region.door.administrator(region.spec.account_id, region.spec.cloud_region)
    s3 = administrator.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="state.json", Body=body)
    s3.delete_object(Bucket=bucket, Key="state.json")
    zone = region.client.observe(region.manifests["dns-zone"]).external_id
    record = {
        "Name": f"akka.{region.spec.dns_zone}",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    administrator.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)


def test_everything_is_gone_afterwards(finished: Region) -> None:
    left = [name for name, manifest in finished.manifests.items() if finished.client.observe(manifest).exists]
    assert left == []


def test_nothing_was_created_twice(finished: Region) -> None:
    """Each manifest makes its create call once, though create was called for it twice."""
    counts = Counter(finished.created)
    wanted = Counter(KINDS[manifest.kind].create.method for manifest in finished.manifests.values())
    assert {method: counts[method] for method in wanted} == wanted


def test_the_actions_evaluated_are_the_actions_declared(finished: Region) -> None:
    """Both ways: nothing undeclared was needed, nothing declared went unused."""
    evaluated = finished.door.evaluated(finished.spec.account_id) - SET_THE_SCENE
    declared = {action.name for action in actions_of(finished.manifests.values())}
    assert (evaluated - declared, declared - evaluated) == (set(), set())


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


def test_a_transit_gateway_is_attached_changed_and_left(door: FrontDoor) -> None:
    account = "310987654321"
    ec2 = door.administrator(account, "eu-central-1").client("ec2")
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    shape = network(Connectivity.TRANSIT_GATEWAY, gateway)
    region = in_account(door, "transit-gateway", account, network=shape)
    part = driver.closure(list(region.manifests.values()), ["private-routes-a-to-gateway-1"])
    driver.provision(region.client, part)
    mutation = TRANSIT_GATEWAY[0]
    driver.settle(region.client, mutated(region.manifests[mutation.manifest], mutation))
    assert mutation.method in [method for method, _ in region.calls]
    driver.deprovision(region.client, part)
    assert [one.name for one in part if region.client.observe(one).exists] == []


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
