"""The stack: valid YAML, the trust policy to the letter, a link that opens it."""

from urllib.parse import parse_qs

import pytest
import yaml

from regions.permissions.bundle import current
from regions.permissions.cloudformation import LONGEST_BODY, create_command, quick_create, template
from regions.permissions.trust import trust_policy, trust_problems
from tests.unit.permissions.test_bundle import ME


def test_the_template_is_valid_yaml_and_short_enough_to_be_sent_inline() -> None:
    text = template(current(), ME)
    document = yaml.safe_load(text)
    assert len(text.encode()) <= LONGEST_BODY
    assert document["AWSTemplateFormatVersion"] == "2010-09-09"
    assert "Parameters" not in document
    kinds = [one["Type"] for one in document["Resources"].values()]
    assert set(kinds) == {"AWS::IAM::ManagedPolicy", "AWS::IAM::Role"}
    assert "RoleArn" in document["Outputs"]


def test_the_role_has_its_derived_name_our_path_and_every_policy() -> None:
    resources = yaml.safe_load(template(current(), ME))["Resources"]
    role = resources["DeploymentRole"]["Properties"]
    assert (role["RoleName"], role["Path"]) == ("byoc-deployment-a1b2c3d4e5", "/byoc/")
    attached = [one["Ref"] for one in role["ManagedPolicyArns"]]
    documents = [resources[name]["Properties"]["PolicyDocument"] for name in attached]
    assert documents == [policy.document for policy in current().policies(ME)]
    assert {"Key": "byoc:connection", "Value": ME.connection_id} in role["Tags"]


def test_the_trust_policy_names_one_principal_and_compares_the_external_id_plainly() -> None:
    (statement,) = trust_policy(ME)["Statement"]
    assert statement["Principal"] == {"AWS": ME.principal_arn}
    assert statement["Action"] == ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": ME.external_id}}
    assert trust_problems(trust_policy(ME), ME) == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Principal": {"AWS": "*"}}, "It trusts * beside"),
        ({"Principal": "*"}, "It trusts everyone beside"),
        ({"Principal": {"AWS": [ME.principal_arn, "arn:aws:iam::222222222222:root"]}}, "222222222222"),
        ({"Principal": {"AWS": ME.principal_arn, "Service": "ec2.amazonaws.com"}}, "It trusts Service beside"),
        ({"Condition": {}}, "does not demand the external id"),
        ({"Condition": {"ForAllValues:StringEquals": {"sts:ExternalId": [ME.external_id]}}}, "does not demand"),
        ({"Condition": {"StringEquals": {"sts:ExternalId": "another"}}}, "another external id"),
    ],
)
def test_a_wider_trust_policy_is_told_apart(change: dict[str, object], sentence: str) -> None:
    (statement,) = trust_policy(ME)["Statement"]
    problems = trust_problems({"Statement": {**statement, **change}}, ME)
    assert sentence in " ".join(problems)


def test_the_link_and_the_command_open_the_same_stack() -> None:
    link = quick_create("https://b.s3.amazonaws.com/k.yaml", stack_name=ME.stack_name, region="eu-north-1")
    where, _, rest = link.partition("#/stacks/quickcreate?")
    assert where == "https://console.aws.amazon.com/cloudformation/home?region=eu-north-1"
    assert parse_qs(rest) == {"templateURL": ["https://b.s3.amazonaws.com/k.yaml"], "stackName": [ME.stack_name]}
    command = create_command(ME, region="eu-north-1", file="role.yaml")
    assert f"--stack-name {ME.stack_name}" in command
    assert "CAPABILITY_NAMED_IAM" in command
