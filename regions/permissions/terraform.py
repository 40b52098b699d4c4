"""The Terraform module with which the customer makes the role: no variable, no provider settings of its own."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from regions.permissions.boundary import boundary_policy
from regions.permissions.bundle import Bundle
from regions.permissions.describing import OF_BOUNDARY, OF_POLICY, OF_ROLE, SESSION_SECONDS
from regions.permissions.identity import PATH, RoleIdentity
from regions.permissions.trust import trust_policy

NAME = "terraform"

HEAD = """\
# BYOC Console: least-privilege access to account {account}.
# Permissions {version}. Whoever applies it is an administrator of IAM in the account.

terraform {{
  required_version = ">= 1.2"
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }}
  }}
}}

data "aws_caller_identity" "current" {{}}
"""
RIGHT_ACCOUNT = """
  lifecycle {{
    precondition {{
      condition     = data.aws_caller_identity.current.account_id == {account}
      error_message = {sentence}
    }}
  }}
"""
ROLE = """
resource "aws_iam_role" "deployment" {{
  name                 = {name}
  path                 = {path}
  description          = {description}
  max_session_duration = {seconds}

  assume_role_policy = {trust}

  tags = {{
{tags}
  }}
}}
"""
POLICY = """
resource "aws_iam_policy" "{label}" {{
  name        = {name}
  path        = {path}
  description = {description}

  policy = {document}
{lifecycle}}}
"""
ATTACHMENT = """
resource "aws_iam_role_policy_attachment" "{label}" {{
  role       = aws_iam_role.deployment.name
  policy_arn = aws_iam_policy.{label}.arn
}}
"""
OUTPUTS = """
output "role_arn" {{
  description = "The role that the control plane assumes."
  value       = aws_iam_role.deployment.arn
}}

output "bundle_version" {{
  description = "Version of the permissions."
  value       = {version}
}}
"""


def module(bundle: Bundle, identity: RoleIdentity) -> str:
    """One file that is a root module, or a module to call from another."""
    return "".join(_parts(bundle, identity))


def _parts(bundle: Bundle, identity: RoleIdentity) -> Iterator[str]:
    version = bundle.stack_version[:12]
    yield HEAD.format(account=identity.account_id, version=version)
    lifecycle = RIGHT_ACCOUNT.format(
        account=_text(identity.account_id),
        sentence=_text(f"This module belongs to account {identity.account_id}."),
    )
    yield _policy("boundary", identity.boundary_name, OF_BOUNDARY, boundary_policy(identity), lifecycle)
    labels = []
    for number, one in enumerate(bundle.policies(identity), 1):
        labels.append(f"deployment_{number}")
        yield _policy(labels[-1], one.name, OF_POLICY, one.document)
    yield _role(identity, identity.tags(bundle.stack_version, NAME))
    yield from (ATTACHMENT.format(label=label) for label in labels)
    yield OUTPUTS.format(version=_text(version))


def _policy(label: str, name: str, description: str, document: Mapping[str, Any], lifecycle: str = "") -> str:
    return POLICY.format(
        label=label,
        name=_text(name),
        path=_text(PATH),
        description=_text(description),
        document=_encoded(document),
        lifecycle=lifecycle,
    )


def _role(identity: RoleIdentity, tags: Mapping[str, str]) -> str:
    named = [(_text(key), _text(value)) for key, value in tags.items()]
    return ROLE.format(
        name=_text(identity.role_name),
        path=_text(PATH),
        description=_text(OF_ROLE),
        seconds=SESSION_SECONDS,
        trust=_encoded(trust_policy(identity)),
        tags="\n".join(f"    {line}" for line in _aligned(named)),
    )


def _text(value: str) -> str:
    """A quoted template; `${` and `%{` would begin an expression."""
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted.replace("${", "$${").replace("%{", "%%{")


def _encoded(document: Mapping[str, Any]) -> str:
    return f"jsonencode({_expression(document, 1)})"


def _expression(value: Any, depth: int) -> str:
    """JSON as an HCL expression, laid out as `terraform fmt` does."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, Mapping):
        members = [(_key(name), _member(one, depth + 1)) for name, one in value.items()]
        return "{\n" + "".join(f"{inner}{line}\n" for line in _aligned(members)) + f"{outer}}}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{inner}{_expression(one, depth + 1)},\n" for one in value) + f"{outer}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _aligned(members: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The equals signs of neighbours that fit on one line each stand below one another."""
    for long, run in groupby(members, key=lambda member: "\n" in member[1]):
        found = list(run)
        width = 0 if long else max(len(name) for name, _ in found)
        yield from (f"{name.ljust(width)} = {value}" for name, value in found)


def _member(value: Any, depth: int) -> str:
    flat = isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)
    return f"[{_text(value[0])}]" if flat else _expression(value, depth)


def _key(name: str) -> str:
    return name if name.isidentifier() else _text(name)


def apply_command(identity: RoleIdentity, *, region: str, file: str) -> str:
    """In a folder that holds nothing but the file."""
    return (
        f"mkdir -p {identity.stack_name} && mv {file} {identity.stack_name}/main.tf && cd {identity.stack_name}\n"
        f"AWS_REGION={region} terraform init && AWS_REGION={region} terraform apply"
    )


def delete_command(region: str) -> str:
    return f"AWS_REGION={region} terraform destroy"
