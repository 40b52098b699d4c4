"""What somebody does behind the console's back is found, explained, traced to its author, and put back."""

import json

import pytest

from regions.actions import drift, drift_findings
from regions.models import DriftScan
from regions.states import FindingState, Harm
from tests.unit.drift.conftest import Drifting

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.sandbox]
WORLD = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def revert(drifting: Drifting) -> None:
    """And see that the cloud is as wanted: the next scan finds nothing."""
    findings = list(drifting.live().values())
    with drifting.scope.entered():
        operation = drift_findings.revert(scope=drifting.scope, region=drifting.region, findings=findings)
    assert drifting.drive(operation) == "succeeded"
    assert drifting.live() == {}
    assert drifting.scan().opened == 0


def test_a_region_as_planned_has_no_finding(drifting: Drifting) -> None:
    scan = drifting.scan()
    assert (scan.opened, scan.closed, scan.held) == (0, 0, 0)
    assert scan.resources == len(drifting.manifests)


def test_a_security_group_opened_to_the_world_is_found_and_closed_again(drifting: Drifting) -> None:
    group = drifting.id_of("load-balancer-security")
    drifting.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    drifting.scan()
    finding = drifting.only()
    assert finding.sentence == "Security group of the load balancer is open to the world: tcp 22 from 0.0.0.0/0."
    assert finding.harm == Harm.GREAT
    assert finding.fields[0]["field"] == "inbound rules beyond the plan"
    assert finding.trace["call"] == "ec2:AuthorizeSecurityGroupIngress"
    assert finding.trace["who"].startswith("arn:aws:iam::234567890123:")
    assert finding.changed_at is not None
    row = drifting.row("load-balancer-security")
    assert (row.ready, row.synced, row.up_to_date) == (True, True, False)
    revert(drifting)


def test_a_resource_deleted_behind_the_consoles_back_is_found_and_made_anew(drifting: Drifting) -> None:
    name = drifting.manifests["platform-logs"].external_name
    drifting.client("logs").delete_log_group(logGroupName=name)
    drifting.scan()
    finding = drifting.only()
    assert finding.is_gone
    assert finding.sentence.endswith("was deleted. Reverting makes it anew.")
    assert finding.trace["call"] == "logs:DeleteLogGroup"
    revert(drifting)
    groups = drifting.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert groups[0]["retentionInDays"] == drifting.manifests["platform-logs"].for_provider["retentionInDays"]


def test_a_removed_tag_is_found_and_put_back(drifting: Drifting) -> None:
    subnet = drifting.id_of("public-a")
    drifting.client("ec2").delete_tags(Resources=[subnet], Tags=[{"Key": "byoc:organization"}])
    drifting.scan()
    finding = drifting.only()
    assert finding.sentence == "Public subnet a lost the tag byoc:organization."
    assert finding.harm == Harm.LITTLE
    assert finding.trace["call"] == "ec2:DeleteTags"
    revert(drifting)


def test_a_resource_that_lost_the_tag_it_is_found_by_is_not_made_twice(drifting: Drifting) -> None:
    subnet = drifting.id_of("public-a")
    drifting.client("ec2").delete_tags(Resources=[subnet], Tags=[{"Key": "byoc:resource"}])
    drifting.scan()
    finding = drifting.only()
    assert not finding.is_gone
    assert finding.external_id == subnet
    assert finding.sentence == "Public subnet a lost the tag byoc:resource, by which the console finds it."
    revert(drifting)
    assert drifting.id_of("public-a") == subnet


def test_a_role_given_more_permissions_is_found_and_loses_them(drifting: Drifting) -> None:
    role = drifting.manifests["read-only-role"].external_name
    iam = drifting.client("iam")
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=json.dumps(document))
    drifting.scan()
    finding = drifting.only()
    assert finding.harm == Harm.GREAT
    assert "may do more than planned" in finding.sentence
    assert finding.names == ["attached policies beyond the plan", "inline policies"]
    assert finding.trace["call"] == "iam:PutRolePolicy"
    revert(drifting)
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == [drifting.manifests["read-only-policy-1"].external_name]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []


def test_a_policy_widened_is_told_by_what_it_allows_more(drifting: Drifting) -> None:
    manifest = drifting.manifests["read-only-policy-1"]
    document = json.loads(manifest.for_provider["policy"])
    document["Statement"].append({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    drifting.client("iam").create_policy_version(
        PolicyArn=drifting.id_of("read-only-policy-1"), PolicyDocument=json.dumps(document), SetAsDefault=True
    )
    drifting.scan()
    finding = drifting.only()
    assert finding.sentence == f"{manifest.title} was widened by s3:*."
    assert finding.trace["call"] == "iam:CreatePolicyVersion"
    revert(drifting)


def test_a_bucket_opened_to_the_public_is_found(drifting: Drifting) -> None:
    bucket = drifting.manifests["state-bucket"].external_name
    drifting.client("s3").delete_public_access_block(Bucket=bucket)
    scan = drifting.scan()
    assert scan.opened == 1, "the trail tells that somebody wrote to S3"
    assert drifting.only().harm == Harm.GREAT or drifting.only().is_gone
    revert(drifting)


def test_what_somebody_put_back_by_hand_is_cleared(drifting: Drifting) -> None:
    group = drifting.id_of("load-balancer-security")
    ec2 = drifting.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    drifting.scan()
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    assert drifting.scan().closed == 1
    assert [finding.state for finding in drifting.findings()] == [FindingState.CLEARED]


def test_a_person_has_the_region_read_while_another_operation_works_on_it(drifting: Drifting) -> None:
    group = drifting.id_of("load-balancer-security")
    drifting.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[WORLD])
    drifting.scan()
    with drifting.scope.entered():
        reverting = drift_findings.revert(scope=drifting.scope, region=drifting.region, findings=[drifting.only()])
        looking = drift.scan(scope=drifting.scope, region=drifting.region)
    assert drifting.drive(looking) == "succeeded"
    assert drifting.drive(reverting) == "succeeded"
    with drifting.scope.entered():
        assert DriftScan.objects.visible_to(drifting.scope).filter(trigger="person").count() == 1
