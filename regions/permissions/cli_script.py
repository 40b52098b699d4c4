"""The shell script that makes the role by the AWS CLI alone; running it again updates the role."""

import json
from collections.abc import Mapping
from shlex import quote
from typing import Any

from regions.permissions.boundary import boundary_policy
from regions.permissions.bundle import Bundle
from regions.permissions.describing import OF_BOUNDARY, OF_POLICY, OF_ROLE, SESSION_SECONDS
from regions.permissions.identity import PATH, RoleIdentity
from regions.permissions.trust import trust_policy

NAME = "aws-cli"
HEAD = """\
#!/bin/sh
# BYOC Console: least-privilege access to account {account}.
# Permissions {version}. Makes the role, or brings it to these permissions; with "delete" it takes everything away.
# Whoever runs it is an administrator of IAM in the account.
set -eu
export AWS_PAGER=
export AWS_DEFAULT_REGION="${{AWS_REGION:-${{AWS_DEFAULT_REGION:-us-east-1}}}}" # IAM has none

ACCOUNT={account}
ROLE={role}
POLICIES="arn:aws:iam::$ACCOUNT:policy{path}"
OURS="${{POLICIES}}{policies}"
BOUNDARY="${{POLICIES}}{boundary}"

found=$(aws sts get-caller-identity --query Account --output text)
if [ "$found" != "$ACCOUNT" ]; then
  echo "These are the keys of account $found; the role belongs to account $ACCOUNT." >&2
  exit 1
fi
"""
FUNCTIONS = """
attached() {
  aws iam list-attached-role-policies --role-name "$ROLE" --query 'AttachedPolicies[].PolicyArn' --output text
}

forget_versions() { # of the policy $1, all but the one in force
  for version in $(aws iam list-policy-versions --policy-arn "$1" \\
    --query 'Versions[?!IsDefaultVersion].VersionId' --output text); do
    aws iam delete-policy-version --policy-arn "$1" --version-id "$version"
  done
}

delete_policy() {
  forget_versions "$1"
  aws iam delete-policy --policy-arn "$1"
}

detach() {
  aws iam detach-role-policy --role-name "$ROLE" --policy-arn "$1"
}

policy() { # name $1, description $2, document from standard input
  document=$(cat)
  if aws iam get-policy --policy-arn "$POLICIES$1" >/dev/null 2>&1; then
    forget_versions "$POLICIES$1"
    aws iam create-policy-version --policy-arn "$POLICIES$1" --policy-document "$document" \\
      --set-as-default >/dev/null
  else
    aws iam create-policy --policy-name "$1" --path @PATH@ --description "$2" \\
      --policy-document "$document" >/dev/null
  fi
}

if [ "${1:-}" = delete ]; then
  for arn in $(attached); do
    detach "$arn"
    case $arn in "$OURS"*) delete_policy "$arn" ;; esac
  done
  aws iam delete-role --role-name "$ROLE"
  delete_policy "$BOUNDARY"
  echo "The role $ROLE and its policies are gone."
  exit 0
fi
"""
ROLE = """
trust=$(cat <<'JSON'
{trust}
JSON
)
if aws iam get-role --role-name "$ROLE" >/dev/null 2>&1; then
  aws iam update-assume-role-policy --role-name "$ROLE" --policy-document "$trust"
  aws iam tag-role --role-name "$ROLE" --tags \\
    {tags}
else
  aws iam create-role --role-name "$ROLE" --path {path} --max-session-duration {seconds} \\
    --description {description} \\
    --assume-role-policy-document "$trust" --tags \\
    {tags} >/dev/null
fi

for number in {numbers}; do
  aws iam attach-role-policy --role-name "$ROLE" --policy-arn "$OURS$number"
done
for arn in $(attached); do # what earlier permissions had, and these have not
  case $arn in {kept}) ;; "$OURS"*) detach "$arn" && delete_policy "$arn" ;; esac
done
echo "The role $ROLE has the permissions {version}. Verify the connection now."
"""


def script(bundle: Bundle, identity: RoleIdentity) -> str:
    """POSIX shell; needs nothing but the AWS CLI, signed in to the account."""
    policies, version = bundle.policies(identity), bundle.stack_version[:12]
    head = HEAD.format(
        account=identity.account_id,
        version=version,
        role=quote(identity.role_name),
        path=PATH,
        policies=identity.policy_name(""),
        boundary=identity.boundary_name,
    )
    made = [_policy(identity.boundary_name, OF_BOUNDARY, boundary_policy(identity))]
    made += [_policy(one.name, OF_POLICY, one.document) for one in policies]
    return "".join([head, FUNCTIONS.replace("@PATH@", PATH), *made, _role(bundle, identity, len(policies))])


def _policy(name: str, description: str, document: Mapping[str, Any]) -> str:
    return f"\npolicy {quote(name)} {quote(description)} <<'JSON'\n{json.dumps(document, indent=1)}\nJSON\n"


def _role(bundle: Bundle, identity: RoleIdentity, policies: int) -> str:
    numbers = range(1, policies + 1)
    tags = identity.tags(bundle.stack_version, NAME)
    return ROLE.format(
        trust=json.dumps(trust_policy(identity), indent=1),
        tags=" ".join(quote(f"Key={key},Value={value}") for key, value in tags.items()),
        path=PATH,
        seconds=SESSION_SECONDS,
        description=quote(OF_ROLE),
        numbers=" ".join(map(str, numbers)),
        kept=" | ".join(f'"${{OURS}}{number}"' for number in numbers),
        version=bundle.stack_version[:12],
    )


def run_command(file: str) -> str:
    return f"sh {file}"


def delete_command(file: str) -> str:
    return f"sh {file} delete"
