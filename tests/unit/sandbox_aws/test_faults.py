"""Injected misfortune, in each service's own shape."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.unit.sandbox_aws.conftest import Account, Cloud

SHAPES = [
    ("ec2", "describe_vpcs", "RequestLimitExceeded", "InternalError"),
    ("s3", "list_buckets", "SlowDown", "InternalError"),
    ("iam", "list_roles", "Throttling", "InternalFailure"),
    ("rds", "describe_db_instances", "Throttling", "InternalFailure"),
    ("eks", "list_clusters", "ThrottlingException", "ServerException"),
    ("kms", "list_keys", "ThrottlingException", "InternalServerException"),
    ("route53", "list_hosted_zones", "Throttling", "InternalFailure"),
    ("logs", "describe_log_groups", "ThrottlingException", "InternalServerException"),
]


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def failure(call: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return str(response["Error"]["Code"]), int(response["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize(("service", "call", "throttled", "broken"), SHAPES)
def test_throttling_and_server_errors(
    customer: Account, faults: Any, service: str, call: str, throttled: str, broken: str
) -> None:
    ask = getattr(customer.client(service), call)
    faults({"service": service, "action": ".*", "kind": "throttle", "account": customer.id})
    assert failure(ask)[0] == throttled
    faults({"service": service, "action": ".*", "kind": "error", "account": customer.id})
    code, status = failure(ask)
    assert (code, status) == (broken, 500)


def test_a_rule_strikes_its_action_its_account_and_its_number_of_times(
    cloud: Cloud, customer: Account, faults: Any
) -> None:
    other = cloud.account().client("ec2")
    ec2 = customer.client("ec2")
    faults({"service": "ec2", "action": "^DescribeVpcs$", "kind": "error", "account": customer.id, "count": 1})
    other.describe_vpcs()
    ec2.describe_subnets()
    assert failure(ec2.describe_vpcs)[1] == 500
    ec2.describe_vpcs()
    assert cloud.ask("GET", "faults")[0]["fired"] == 1


def test_an_answer_can_be_lost_after_the_call_took_effect(customer: Account, faults: Any) -> None:
    ec2 = customer.client("ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults({"service": "ec2", "action": "CreateVpc", "kind": "lost_answer", "account": customer.id})
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1


def test_a_timeout_changes_nothing(customer: Account, faults: Any) -> None:
    ec2 = customer.client("ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])
    ec2.meta.config.read_timeout = 0.3
    impatient = customer.client("ec2")
    faults({"service": "ec2", "action": "CreateVpc", "kind": "timeout", "delay_seconds": 0.5})
    with pytest.raises((ReadTimeoutError, ConnectionClosedError)):
        impatient.create_vpc(CidrBlock="10.0.0.0/16")
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


def test_slowness_of_one_call_does_not_hold_up_another(customer: Account, faults: Any, cloud: Cloud) -> None:
    faults({"service": "ec2", "action": "DescribeVpcs", "kind": "delay", "delay_seconds": 0.3})
    start = time.monotonic()
    customer.client("ec2").describe_vpcs()
    assert time.monotonic() - start >= 0.3


def test_a_rule_may_bring_its_own_code_and_status(customer: Account, faults: Any) -> None:
    rule = {"service": "eks", "action": "ListClusters", "kind": "error", "code": "ResourceLimitExceededException"}
    faults({**rule, "status": 400, "account": customer.id})
    assert failure(customer.client("eks").list_clusters) == ("ResourceLimitExceededException", 400)


def test_a_rule_of_an_unknown_kind_is_refused_with_a_sentence(cloud: Cloud) -> None:
    import httpx

    answer = httpx.put(f"{cloud.url}/_sandbox/faults", json=[{"kind": "explosion"}])
    assert answer.status_code == 400
    assert "A fault is one of" in answer.json()["error"]


def test_a_call_can_take_effect_after_the_client_gave_up(customer: Account, faults: Any) -> None:
    ec2 = customer.client("ec2")
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults({"service": "ec2", "action": "CreateVpc", "kind": "late", "delay_seconds": 0.3, "account": customer.id})
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert len(ec2.describe_vpcs()["Vpcs"]) == before
    time.sleep(0.5)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1


def test_what_was_created_can_stay_unseen_for_a_while(customer: Account, faults: Any) -> None:
    ec2, iam = customer.client("ec2"), customer.client("iam")
    before = len(ec2.describe_vpcs()["Vpcs"])
    faults({"action": "^Create", "kind": "unseen", "delay_seconds": 0.6, "account": customer.id})
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    iam.create_role(RoleName="late", AssumeRolePolicyDocument=TRUST)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before
    assert failure(lambda: ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")) == ("InvalidID.NotFound", 400)
    assert failure(lambda: iam.get_role(RoleName="late"))[0] == "NoSuchEntity"
    time.sleep(0.7)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1
    assert iam.get_role(RoleName="late")["Role"]["RoleName"] == "late"
