"""Drift of the demo organization's region, made behind the console's back by the customer's own keys."""

import json
from collections.abc import Callable

from console.kernel.scope import Scope
from regions.actions import drift, drift_findings
from regions.models import Finding, Region, Resource
from regions.states import Healing
from sandbox.customer.account import Account
from sandbox.demo import people, road
from sandbox.ports import Ports

LOGS, ROLE, BALANCER = "platform-logs", "read-only-role", "load-balancer-security"
SSH = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "tmp test m.oberg"}],
}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
REASON = "The bank keeps logs in its own store; case 4180."


def make(ports: Ports) -> None:
    """Once: an opened port, a widened role and a shorter retention, found by a scan, the last one accepted."""
    alice = people.scope_of(people.email_of("owner"))
    region, names = _region(alice)
    if region is None or _was_made(alice, region):
        return
    account = Account(ports.aws, people.ACCOUNT_ID, people.AWS_REGION)
    _behind_the_back(account, names)
    with alice.entered():
        operation = drift.scan(scope=alice, region=region)
    road.wait(alice, operation.id)
    with alice.entered():
        found = Finding.objects.visible_to(alice).of_region(region).open()
        drift_findings.accept(scope=alice, finding=found.get(resource=LOGS), reason=REASON)
        drift.set_watch(scope=alice, region=region, every_seconds=900, healing={"Subnet": Healing.HEAL})


def _region(alice: Scope) -> tuple[Region | None, Callable[[str], Resource]]:
    with alice.entered():
        region = Region.objects.visible_to(alice).filter(name=road.NAME, state="active").first()
        rows = {row.name: row for row in Resource.objects.visible_to(alice).of_region(region)} if region else {}
    return region, rows.__getitem__


def _was_made(alice: Scope, region: Region) -> bool:
    with alice.entered():
        return Finding.objects.visible_to(alice).of_region(region).exists()


def _behind_the_back(account: Account, row: Callable[[str], Resource]) -> None:
    account.client("ec2").authorize_security_group_ingress(
        GroupId=row(BALANCER).external_id, IpPermissions=[SSH]
    )  # fmt: skip
    account.client("iam").put_role_policy(
        RoleName=row(ROLE).external_id, PolicyName="tmp-oberg", PolicyDocument=json.dumps(EVERYTHING)
    )
    account.client("logs").put_retention_policy(logGroupName=row(LOGS).external_id, retentionInDays=7)
