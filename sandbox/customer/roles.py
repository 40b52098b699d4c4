"""Takes the trust out of a role, and gives it back."""

import json
from pathlib import Path
from typing import Any

from sandbox import frontdoor
from sandbox.customer.account import Account
from sandbox.errors import SandboxError
from sandbox.paths import state_folder, write_private

NOBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def revoke(account: Account, *, role_name: str) -> None:
    """Let nobody assume the role any more and end the sessions it has; its trust is kept for `restore`."""
    client = account.client("iam")
    trust = client.get_role(RoleName=role_name)["Role"]["AssumeRolePolicyDocument"]
    if trust != NOBODY:
        write_private(_kept(account, role_name), json.dumps(trust))
    client.update_assume_role_policy(RoleName=role_name, PolicyDocument=json.dumps(NOBODY))
    body = {"account_id": account.account_id, "role_name": role_name}
    frontdoor.call(account.port, "POST", "revoke-sessions", body)


def restore(account: Account, *, role_name: str) -> None:
    kept = _kept(account, role_name)
    if not kept.exists():
        raise SandboxError(f"The role {role_name} was not revoked here: run its template to set its trust.")
    client = account.client("iam")
    client.update_assume_role_policy(RoleName=role_name, PolicyDocument=kept.read_text(encoding="utf-8"))
    kept.unlink()


def state(client: Any, role_name: str) -> str:
    """`missing`, `revoked` or `trusting`; `client` is the customer's of IAM."""
    try:
        trust = client.get_role(RoleName=role_name)["Role"]["AssumeRolePolicyDocument"]
    except client.exceptions.NoSuchEntityException:
        return "missing"
    return "revoked" if trust == NOBODY else "trusting"


def _kept(account: Account, role_name: str) -> Path:
    return state_folder("revoked") / f"{account.account_id}.{role_name}.json"
