"""The customer's CloudFormation: what a generated connection template needs."""

from typing import Any

import pytest

from tests.unit.sandbox_aws.conftest import Account
from tests.unit.sandbox_aws.test_eks import code, until

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Description: The role that connects this account
Parameters:
  ExternalId: {Type: String, MinLength: 8}
  Principal: {Type: String}
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: byoc-deploy
      Path: /byoc/
      MaxSessionDuration: 7200
      ManagedPolicyArns: [!Ref Network]
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: !Ref Principal}
            Action: sts:AssumeRole
            Condition: {StringEquals: {"sts:ExternalId": !Ref ExternalId}}
          - Effect: Allow
            Principal: {AWS: !Ref Principal}
            Action: [sts:SetSourceIdentity, sts:TagSession]
      Tags: [{Key: "byoc:connection", Value: !Join ["-", [in, !Ref "AWS::Region"]]}]
  Network:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: byoc-network
      Path: /byoc/
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Action: "ec2:*", Resource: !Sub "arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:*"}
Outputs:
  RoleArn: {Value: !GetAtt Deploy.Arn}
"""
NAMED = ["CAPABILITY_NAMED_IAM"]


def parameters(vendor: Account, external: str) -> list[dict[str, str]]:
    values = {"ExternalId": external, "Principal": vendor.keys["principal_arn"]}
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def settled(cfn: Any, name: str = "connect") -> str:
    def status() -> str:
        return str(cfn.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    until(lambda: status().endswith("IN_PROGRESS"), False)
    return status()


@pytest.fixture
def stack(customer: Account, vendor: Account) -> Any:
    cfn = customer.client("cloudformation")
    cfn.create_stack(
        StackName="connect", TemplateBody=TEMPLATE, Parameters=parameters(vendor, "first-external-id"),
        Capabilities=NAMED,
    )  # fmt: skip
    assert settled(cfn) == "CREATE_COMPLETE"
    return cfn


def test_without_the_capability_nothing_is_made(customer: Account, vendor: Account) -> None:
    cfn = customer.client("cloudformation")
    arguments = {"StackName": "connect", "TemplateBody": TEMPLATE, "Parameters": parameters(vendor, "external-id")}
    assert code(cfn.create_stack, **arguments) == "InsufficientCapabilitiesException"
    assert cfn.describe_stacks()["Stacks"] == []


def test_the_stack_makes_a_role_the_vendor_can_assume(stack: Any, customer: Account, vendor: Account) -> None:
    outputs = stack.describe_stacks(StackName="connect")["Stacks"][0]["Outputs"]
    role = outputs[0]["OutputValue"]
    assert role == f"arn:aws:iam::{customer.id}:role/byoc/byoc-deploy"
    session = vendor.assume(role, ExternalId="first-external-id", SourceIdentity="alice")
    assert session.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    iam = customer.client("iam")
    attached = iam.list_attached_role_policies(RoleName="byoc-deploy")["AttachedPolicies"]
    assert [item["PolicyName"] for item in attached] == ["byoc-network"]
    assert iam.list_role_tags(RoleName="byoc-deploy")["Tags"][0]["Value"] == "in-eu-west-1"


def test_an_update_reaches_the_trust_policy(stack: Any, customer: Account, vendor: Account) -> None:
    stack.update_stack(
        StackName="connect", UsePreviousTemplate=True, Parameters=parameters(vendor, "second-external-id"),
        Capabilities=NAMED,
    )  # fmt: skip
    assert settled(stack) == "UPDATE_COMPLETE"
    place = {"RoleArn": f"arn:aws:iam::{customer.id}:role/byoc/byoc-deploy", "RoleSessionName": "ss"}
    assert code(vendor.client("sts").assume_role, **place, ExternalId="first-external-id") == "AccessDenied"
    assert vendor.client("sts").assume_role(**place, ExternalId="second-external-id")["Credentials"]


def test_deleting_the_stack_takes_role_and_policy_along(stack: Any, customer: Account, vendor: Account) -> None:
    stack.update_termination_protection(StackName="connect", EnableTerminationProtection=True)
    assert code(stack.delete_stack, StackName="connect") == "ValidationError"
    stack.update_termination_protection(StackName="connect", EnableTerminationProtection=False)
    stack.delete_stack(StackName="connect")
    until(lambda: stack.describe_stacks()["Stacks"], [])
    iam = customer.client("iam")
    assert code(iam.get_role, RoleName="byoc-deploy") == "NoSuchEntity"
    assert iam.list_policies(Scope="Local")["Policies"] == []
    place = {"RoleArn": f"arn:aws:iam::{customer.id}:role/byoc/byoc-deploy", "RoleSessionName": "ss"}
    assert code(vendor.client("sts").assume_role, **place, ExternalId="first-external-id") == "AccessDenied"


def test_a_failure_rolls_everything_back_and_says_why(customer: Account, vendor: Account) -> None:
    cfn = customer.client("cloudformation")
    broken = TEMPLATE.replace(
        "ManagedPolicyArns: [!Ref Network]", "ManagedPolicyArns: [arn:aws:iam::aws:policy/None]"
    )
    cfn.create_stack(
        StackName="connect", TemplateBody=broken, Parameters=parameters(vendor, "external-id"), Capabilities=NAMED
    )
    assert settled(cfn) == "ROLLBACK_COMPLETE"
    events = cfn.describe_stack_events(StackName="connect")["StackEvents"]
    reason = next(item["ResourceStatusReason"] for item in events if item["ResourceStatus"] == "CREATE_FAILED")
    assert "does not exist or is not attachable" in reason
    assert customer.client("iam").list_policies(Scope="Local")["Policies"] == []


def test_the_template_may_lie_in_the_vendors_bucket(customer: Account, vendor: Account) -> None:
    bucket = vendor.keys["template_bucket"]
    s3 = vendor.client("s3", "us-east-1")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="connections/one.yaml", Body=TEMPLATE.encode())
    summary = customer.client("cloudformation").get_template_summary(
        TemplateURL=f"https://{bucket}.s3.amazonaws.com/connections/one.yaml"
    )
    assert summary["Capabilities"] == NAMED
    assert "AWS::IAM::Role" in summary["ResourceTypes"]


def test_a_caller_without_permission_cannot_build_it(customer: Account, vendor: Account) -> None:
    weak = customer.acting([{"Effect": "Allow", "Action": "cloudformation:*", "Resource": "*"}])
    cfn = weak.client("cloudformation")
    cfn.create_stack(
        StackName="connect",
        TemplateBody=TEMPLATE,
        Parameters=parameters(vendor, "external-id"),
        Capabilities=NAMED,
    )
    assert settled(cfn) == "ROLLBACK_COMPLETE"
