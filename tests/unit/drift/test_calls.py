"""How many calls a scan makes, counted at the front door: they grow with kinds, not with resources."""

import time
from collections import Counter
from typing import Any

import pytest

from regions.clouds.aws.survey import READ_WITH_OTHERS
from tests.unit.drift.conftest import ACCOUNT, Drifting

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]


def calls_of(drifting: Drifting) -> Counter[str]:
    """Of one scan by schedule, by service and operation."""
    began = time.time()
    drifting.scan()
    recorded: list[dict[str, Any]] = drifting.door.control("GET", "calls", account_id=ACCOUNT, since=str(began))
    return Counter(f"{call['service']}:{call['operation']}" for call in recorded)


def test_a_scan_asks_about_all_resources_of_a_kind_in_one_call(drifting: Drifting) -> None:
    made = calls_of(drifting)
    for call in ("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"):
        assert made[call] == 1, made
    assert made["iam:GetAccountAuthorizationDetails"] == 1
    assert made["iam:GetRole"] == made["iam:GetPolicy"] == made["iam:ListAttachedRolePolicies"] == 0


def test_more_resources_of_a_kind_cost_no_call_more(drifting: Drifting) -> None:
    before = calls_of(drifting)
    ec2, vpc = drifting.client("ec2"), drifting.id_of("vpc")
    tags = [{"Key": "byoc:region", "Value": str(drifting.region.id)}]
    for number in range(8):
        ec2.create_security_group(
            GroupName=f"more-{number}", Description="x", VpcId=vpc,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
        )  # fmt: skip
    drifting.scan()  # what was written to EC2 meanwhile has read again what is read one by one
    assert calls_of(drifting) == before


def test_what_nobody_wrote_to_is_not_read_one_by_one_again(drifting: Drifting) -> None:
    """The account's trail says so; what somebody wrote to since is read at once."""
    alone = [one for one in drifting.manifests.values() if one.kind not in READ_WITH_OTHERS]
    quiet = calls_of(drifting)
    assert {call for call in quiet if call.startswith(("s3:", "eks:", "kms:Get"))} == set()
    assert drifting.last_scan().read == len(drifting.manifests) - len(alone)
    bucket = drifting.manifests["state-bucket"].external_name
    drifting.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "x", "Value": "y"}]})
    drifting.scan()
    assert set(drifting.live()) == {"state-bucket"}
    tags = [{"Key": key, "Value": value} for key, value in drifting.manifests["state-bucket"].tags.items()]
    drifting.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
