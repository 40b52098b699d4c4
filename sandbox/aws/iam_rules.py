"""What IAM refuses: malformed documents, sizes, numbers and names (IAM User Guide, "IAM and AWS STS quotas")."""

import json
import re
from collections.abc import Callable
from typing import Any

from moto.iam.models import iam_backends

from sandbox.aws.credentials import iam
from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import before
from sandbox.aws.policy.documents import MalformedPolicyError, Policy, check_identity, check_trust, parse
from sandbox.aws.quotas import limit
from sandbox.aws.requests import Call

MANAGED_POLICY_CHARACTERS = 6144  # whitespace not counted
INLINE_POLICY_CHARACTERS = 10240  # of all inline policies of a role together
TRUST_POLICY_CHARACTERS = 2048
NAME = re.compile(r"[\w+=,.@-]{1,64}")
POLICY_NAME = re.compile(r"[\w+=,.@-]{1,128}")
PATH = re.compile(r"/|/[\x21-\x7e]{1,510}/")
SPACE = re.compile(r"\s+")


def exceeded(message: str) -> AwsError:
    return AwsError("LimitExceeded", message, 409)


def malformed(text: str, check: Callable[[Policy], None]) -> Policy:
    """Parse and check. Raises AwsError with AWS's code."""
    try:
        policy = parse(text, "document")
        check(policy)
    except MalformedPolicyError as error:
        raise AwsError("MalformedPolicyDocument", str(error), 400) from error
    return policy


def size(text: str) -> int:
    return len(SPACE.sub("", text))


def check_name(name: str, pattern: re.Pattern[str], parameter: str) -> None:
    if not pattern.fullmatch(name):
        message = f"The specified value for {parameter} is invalid. It must contain only alphanumeric characters "
        raise AwsError("ValidationError", f"{message}and/or the following: +=,.@_-", 400)


def check_path(path: str) -> None:
    if not PATH.fullmatch(path):
        message = "The specified value for path is invalid. It must begin and end with / and contain only "
        raise AwsError("ValidationError", f"{message}alphanumeric characters and/or / characters.", 400)


def check_trust_document(text: str) -> None:
    policy = malformed(text, check_trust)
    if size(text) > TRUST_POLICY_CHARACTERS:
        raise exceeded(f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_CHARACTERS}")
    for statement in policy.statements:
        for name in (statement.principals.names if statement.principals else {}).get("AWS", ()):
            if not _known(name):
                raise AwsError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{name}"', 400)


def _known(name: str) -> bool:
    """Whether a principal exists, as far as its account is one of ours."""
    if name == "*" or re.fullmatch(r"\d{12}|A[A-Z0-9]{15,}", name):
        return True
    parts = name.split(":", 5)
    if len(parts) != 6 or parts[2] not in ("iam", "sts"):
        return False
    if parts[5] == "root" or parts[4] not in iam_backends or parts[2] == "sts":
        return True
    backend = iam(parts[4])
    return any(item.arn == name for item in (*backend.users.values(), *backend.roles.values()))


def check_managed_document(text: str) -> None:
    malformed(text, check_identity)
    if size(text) > MANAGED_POLICY_CHARACTERS:
        raise exceeded(f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_CHARACTERS}")


def check_inline_document(entity: Any, name: str, text: str) -> None:
    malformed(text, check_identity)
    others = sum(size(_text(held)) for key, held in entity.policies.items() if key != name)
    if others + size(text) > INLINE_POLICY_CHARACTERS:
        message = f"Maximum policy size of {INLINE_POLICY_CHARACTERS} bytes exceeded for role {entity.name}"
        raise exceeded(message)


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def check_attachable(account: str, role: Any, arn: str) -> None:
    most = int(limit(account, "us-east-1", "iam", "L-0DA4ABF3"))
    if arn not in role.managed_policies and len(role.managed_policies) >= most:
        raise exceeded(f"Cannot exceed quota for PoliciesPerRole: {most}")


def role_of(call: Call) -> Any:
    return role_named(call.account, str(call.params.get("RoleName")))


def role_named(account: str, name: str) -> Any:
    found = next((role for role in iam(account).roles.values() if role.name == name), None)
    if found is None:
        raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
    return found


@before("iam", "CreateRole")
def create_role(call: Call) -> None:
    check_name(str(call.params.get("RoleName")), NAME, "roleName")
    check_path(str(call.params.get("Path") or "/"))
    check_trust_document(str(call.params.get("AssumeRolePolicyDocument")))
    check_duration(call.params.get("MaxSessionDuration"))
    if len(iam(call.account).roles) >= limit(call.account, "us-east-1", "iam", "L-FE177D64"):
        raise exceeded("Cannot exceed quota for RolesPerAccount: 1000")


def check_duration(seconds: Any) -> None:
    if seconds is not None and not 3600 <= int(seconds) <= 43200:
        message = "The value of MaxSessionDuration must be between 3600 and 43200 seconds."
        raise AwsError("ValidationError", message, 400)


@before("iam", "UpdateRole")
def update_role(call: Call) -> None:
    check_duration(call.params.get("MaxSessionDuration"))


@before("iam", "UpdateAssumeRolePolicy")
def update_trust(call: Call) -> None:
    role_of(call)
    check_trust_document(str(call.params.get("PolicyDocument")))


@before("iam", "CreatePolicy", "CreatePolicyVersion")
def create_policy(call: Call) -> None:
    if call.operation == "CreatePolicy":
        check_name(str(call.params.get("PolicyName")), POLICY_NAME, "policyName")
        check_path(str(call.params.get("Path") or "/"))
    check_managed_document(str(call.params.get("PolicyDocument")))


@before("iam", "PutRolePolicy")
def put_role_policy(call: Call) -> None:
    role = role_of(call)
    check_inline_document(role, str(call.params.get("PolicyName")), str(call.params.get("PolicyDocument")))


@before("iam", "AttachRolePolicy")
def attach_role_policy(call: Call) -> None:
    arn = str(call.params.get("PolicyArn"))
    check_attachable(call.account, role_of(call), arn)
    if arn not in iam(call.account).managed_policies:
        message = f"Policy {arn} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", message, 404)


@before("iam", "DeletePolicy")
def delete_policy(call: Call) -> None:
    policy = iam(call.account).managed_policies.get(call.params.get("PolicyArn"))
    if policy is None:
        return
    if policy.attachment_count > 0:
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if len(policy.versions) > 1:
        message = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy."
        )
        raise AwsError("DeleteConflict", message, 409)
