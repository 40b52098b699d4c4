"""Whose key a call was signed with."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from moto.iam.models import AccessKey, iam_backends
from moto.s3.models import s3_backends

from sandbox.aws.errors import expired, unknown_key
from sandbox.aws.state import Session, state

VENDOR_ACCOUNT = "111111111111"
VENDOR_USER = "byoc-control-plane"
TEMPLATE_BUCKET = "byoc-templates"
ADMIN_USER = "admin"
ADMIN_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller. ``entity`` is moto's user or role, ``session`` set for assumed roles."""

    arn: str
    account: str
    kind: str  # "user" or "role"
    name: str
    user_id: str
    entity: Any
    session: Session | None = None

    @property
    def principal_arn(self) -> str:
        """``aws:PrincipalArn``: the role behind a session, else the user."""
        return self.session.role_arn if self.session else self.arn


def iam(account: str) -> Any:
    """moto's IAM of an account; the partition is ``aws``."""
    return iam_backends[account]["aws"]


def resolve(access_key: str, token: str, service: str, protocol: str) -> Identity:
    """Find the caller. Raises AwsError for unknown, inactive, expired or revoked keys."""
    session = state().sessions.get(access_key)
    if session is not None:
        return _from_session(session, token, service, protocol)
    for account in list(iam_backends):
        key = iam(account).access_keys.get(access_key)
        if key is not None and key.user_name in iam(account).users and key.status == "Active":
            user = iam(account).users[key.user_name]
            return Identity(user.arn, account, "user", user.name, user.id, user)
    raise unknown_key(service, protocol)


def _from_session(session: Session, token: str, service: str, protocol: str) -> Identity:
    if token != session.token:
        raise unknown_key(service, protocol)
    if session.revoked or time.time() >= session.expires_at:
        raise expired(service, protocol)
    role = iam(session.account).roles.get(session.role_id)
    if role is None:
        raise unknown_key(service, protocol)
    arn = f"arn:aws:sts::{session.account}:assumed-role/{session.role_name}/{session.name}"
    return Identity(
        arn, session.account, "role", session.role_name, f"{session.role_id}:{session.name}", role, session
    )


def admin_keys(account: str) -> dict[str, str]:
    """The account's administrator, created if absent; the same keys each time."""
    key = _user(account, ADMIN_USER, json.dumps(ADMIN_POLICY))
    return {
        "account_id": account,
        "access_key_id": key.access_key_id,
        "secret_access_key": key.secret_access_key,
    }


def customer_accounts() -> list[str]:
    """Ids of the accounts that have an administrator."""
    return sorted(account for account in list(iam_backends) if ADMIN_USER in iam(account).users)


def vendor_keys() -> dict[str, str]:
    """The control plane's own user, who may do little but assume roles."""
    bucket = f"arn:aws:s3:::{TEMPLATE_BUCKET}"
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession", "sts:GetCallerIdentity"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": [bucket, f"{bucket}/*"]},
        ],
    }
    key = _user(VENDOR_ACCOUNT, VENDOR_USER, json.dumps(policy))
    _make_bucket()
    return {
        "account_id": VENDOR_ACCOUNT,
        "access_key_id": key.access_key_id,
        "secret_access_key": key.secret_access_key,
        "principal_arn": iam(VENDOR_ACCOUNT).users[VENDOR_USER].arn,
        "template_bucket": TEMPLATE_BUCKET,
    }


def _make_bucket() -> None:
    """The bucket for templates, which the vendor has from the start."""
    shelf = s3_backends[VENDOR_ACCOUNT]["aws"]
    if TEMPLATE_BUCKET not in shelf.buckets:
        shelf.create_bucket(TEMPLATE_BUCKET, "us-east-1")


def _user(account: str, name: str, policy: str) -> AccessKey:
    backend = iam(account)
    if name not in backend.users:
        backend.create_user("us-east-1", name)
        backend.users[name].policies["permissions"] = policy
    user = backend.users[name]
    if not user.access_keys:
        digest = hashlib.sha256(f"{account}/{name}".encode()).digest()
        key = user.create_access_key(prefix="AKIA")
        key.access_key_id = "AKIA" + base64.b32encode(digest).decode()[:16]
        key.secret_access_key = base64.b64encode(digest + digest[:8]).decode()[:40].replace("/", "x")
        backend.access_keys[key.access_key_id] = key
    first: AccessKey = user.access_keys[0]
    return first
