import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox import frontdoor, paths
from sandbox.aws import server
from sandbox.customer import resources, roles, stacks, weather
from sandbox.customer.account import Account
from sandbox.errors import SandboxError

ACCOUNT = "222222222222"
ROLE = "byoc-deployment-1"
TEMPLATE = textwrap.dedent("""\
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          RoleName: byoc-deployment-1
          Path: /byoc/
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {AWS: "arn:aws:iam::111111111111:user/byoc-control-plane"}
                Action: sts:AssumeRole
                Condition: {StringEquals: {"sts:ExternalId": "ours"}}
    """)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    door = server.start(port=0, state=None)
    yield door.port
    door.stop()


@pytest.fixture
def account(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(paths, "STATE", tmp_path)
    frontdoor.call(port, "POST", "reset")
    weather.choose(port, "")
    return Account(port, ACCOUNT)


@pytest.fixture
def role(account: Account) -> str:
    stacks.run(account, name="byoc", template=TEMPLATE)
    return ROLE


def assume(account: Account) -> Any:
    keys = frontdoor.vendor(account.port)
    sts = boto3.client(
        "sts", endpoint_url=f"http://127.0.0.1:{account.port}", region_name=account.region,
        aws_access_key_id=keys["access_key_id"], aws_secret_access_key=keys["secret_access_key"],
    )  # fmt: skip
    arn = f"arn:aws:iam::{ACCOUNT}:role/byoc/{ROLE}"
    return sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId="ours")


def test_the_template_makes_a_role_that_the_control_plane_can_assume(account: Account, role: str) -> None:
    assert assume(account)["Credentials"]
    assert stacks.run(account, name="byoc", template=TEMPLATE).state.endswith("COMPLETE")


def test_a_template_that_is_none_is_refused(account: Account) -> None:
    with pytest.raises((ClientError, SandboxError)):
        stacks.run(account, name="byoc", template="nonsense")


def test_deleting_the_stack_takes_the_role_away(account: Account, role: str) -> None:
    stacks.delete(account, name="byoc")
    assert roles.state(account.client("iam"), role) == "missing"
    assert stacks.find(account, "byoc") is None


def test_a_revoked_role_is_refused_until_it_is_given_back(account: Account, role: str) -> None:
    session = assume(account)["Credentials"]
    roles.revoke(account, role_name=role)
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(account)
    with pytest.raises(ClientError, match="ExpiredToken"):
        boto3.client(
            "sts", endpoint_url=f"http://127.0.0.1:{account.port}", region_name=account.region,
            aws_access_key_id=session["AccessKeyId"], aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        ).get_caller_identity()  # fmt: skip
    roles.revoke(account, role_name=role)
    assert roles.state(account.client("iam"), role) == "revoked"
    roles.restore(account, role_name=role)
    assert assume(account)["Credentials"]


def test_a_role_that_was_never_revoked_is_not_given_back(account: Account, role: str) -> None:
    with pytest.raises(SandboxError, match="was not revoked here"):
        roles.restore(account, role_name=role)


def test_what_carries_the_tag_is_found_and_deleted_and_nothing_else(account: Account) -> None:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    tags = [{"Key": "byoc:region", "Value": "r1"}, {"Key": "byoc:resource", "Value": "private-a"}]
    subnet = ec2.create_subnet(
        VpcId=vpc, CidrBlock="10.0.0.0/24", TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}]
    )["Subnet"]["SubnetId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
    account.client("logs").create_log_group(logGroupName="/byoc/0123456789/eks")
    account.client("s3").create_bucket(
        Bucket="byoc-0123456789-state", CreateBucketConfiguration={"LocationConstraint": account.region}
    )

    found = resources.find(account)
    assert [(one.kind, one.name, one.region_id) for one in found] == [
        ("Subnet", "private-a", "r1"),
        ("Log group", "/byoc/0123456789/eks", ""),
        ("S3 bucket", "byoc-0123456789-state", ""),
    ]
    for one in found:
        resources.delete(account, kind=one.kind, external_id=one.external_id)
    assert resources.find(account) == []
    assert subnet not in json.dumps(ec2.describe_subnets()["Subnets"])


def test_the_cloud_goes_down_and_comes_back(account: Account) -> None:
    account.client("ec2").describe_vpcs()
    weather.choose(account.port, "down")
    assert weather.current(account.port) == "down"
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        account.client("ec2").describe_vpcs()
    weather.choose(account.port, "")
    assert weather.current(account.port) == ""
    account.client("ec2").describe_vpcs()


@pytest.mark.parametrize("name", [one.name for one in weather.WEATHERS])
def test_every_weather_is_recognized(account: Account, name: str) -> None:
    weather.choose(account.port, name)
    assert weather.current(account.port) == name


def test_slow_is_slow_and_ends(account: Account) -> None:
    weather.choose(account.port, "slow")
    assert frontdoor.call(account.port, "GET", "delays")["cluster"] == 60
    weather.choose(account.port, "")
    assert frontdoor.call(account.port, "GET", "delays")["cluster"] == 20


def test_the_last_address_can_be_taken_and_given_back(account: Account) -> None:
    ec2 = account.client("ec2")
    for none, allowed in ((True, False), (False, True)):
        weather.limit_addresses(account.port, account_id=ACCOUNT, region=account.region, to_none=none)
        if allowed:
            ec2.allocate_address(Domain="vpc")
        else:
            with pytest.raises(ClientError, match="AddressLimitExceeded"):
                ec2.allocate_address(Domain="vpc")
