"""The stack with which the customer makes the role: template, quick-create link, command line."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import yaml

from regions.permissions.boundary import boundary_policy
from regions.permissions.bundle import Bundle
from regions.permissions.describing import OF_BOUNDARY, OF_POLICY, OF_ROLE, SESSION_SECONDS
from regions.permissions.identity import PATH, RoleIdentity
from regions.permissions.trust import trust_policy

NAME = "cloudformation"
LONGEST_BODY = 51_200  # bytes of a template sent inline (CloudFormation quotas)
CONSOLE = "https://console.aws.amazon.com/cloudformation/home"


def template(bundle: Bundle, identity: RoleIdentity) -> str:
    """CloudFormation template in YAML; it needs no parameter and the capability CAPABILITY_NAMED_IAM."""
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"BYOC Console: least-privilege access to account {identity.account_id}.",
        "Resources": _resources(bundle, identity),
        "Outputs": {
            "RoleArn": {
                "Description": "The role that the control plane assumes.",
                "Value": {"Fn::GetAtt": ["DeploymentRole", "Arn"]},
            },
            "BundleVersion": {"Description": "Version of the permissions.", "Value": bundle.stack_version[:12]},
        },
    }
    return yaml.dump(document, Dumper=_Readable, sort_keys=False, default_flow_style=False, width=110)


def _resources(bundle: Bundle, identity: RoleIdentity) -> dict[str, Any]:
    tags = identity.tags(bundle.stack_version, NAME)
    policies = {f"Policy{number}": one for number, one in enumerate(bundle.policies(identity), 1)}
    made = {"Boundary": _managed(identity.boundary_name, boundary_policy(identity), OF_BOUNDARY)}
    for logical, one in policies.items():
        made[logical] = _managed(one.name, one.document, OF_POLICY)
    made["DeploymentRole"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": identity.role_name,
            "Path": PATH,
            "Description": OF_ROLE,
            "MaxSessionDuration": SESSION_SECONDS,
            "AssumeRolePolicyDocument": trust_policy(identity),
            "ManagedPolicyArns": [{"Ref": logical} for logical in policies],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        },
    }
    return made


def _managed(name: str, document: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "ManagedPolicyName": name,
            "Path": PATH,
            "Description": description,
            "PolicyDocument": document,
        },
    }


def quick_create(template_url: str, *, stack_name: str, region: str) -> str:
    """The link that opens the customer's AWS console with the stack filled in."""
    filled = urlencode({"templateURL": template_url, "stackName": stack_name})
    return f"{CONSOLE}?region={region}#/stacks/quickcreate?{filled}"


def create_command(identity: RoleIdentity, *, region: str, file: str) -> str:
    return _command("create-stack", identity, region, file)


def update_command(identity: RoleIdentity, *, region: str, file: str) -> str:
    return _command("update-stack", identity, region, file)


def delete_command(identity: RoleIdentity, *, region: str) -> str:
    return f"aws cloudformation delete-stack --region {region} --stack-name {identity.stack_name}"


def _command(verb: str, identity: RoleIdentity, region: str, file: str) -> str:
    return (
        f"aws cloudformation {verb} --region {region} --stack-name {identity.stack_name} \\\n"
        f"  --template-body file://{file} --capabilities CAPABILITY_NAMED_IAM"
    )


class _Readable(yaml.SafeDumper):
    """Lists of texts on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        flat = all(isinstance(item, str) for item in sequence)
        return super().represent_sequence(tag, sequence, flow_style=True if flat else flow_style)
