"""Who may assume the deployment role, and how the role of a connection is read back."""

from typing import Any

from regions.permissions.identity import RoleIdentity

ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")


def trust_policy(identity: RoleIdentity) -> dict[str, Any]:
    """Plain `StringEquals`: the set operators pass when the key is absent (IAM User Guide, "Set operators")."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ControlPlane",
                "Effect": "Allow",
                "Principal": {"AWS": identity.principal_arn},
                "Action": list(ACTIONS),
                "Condition": {"StringEquals": {"sts:ExternalId": identity.external_id}},
            }
        ],
    }


def trust_problems(document: Any, identity: RoleIdentity) -> tuple[str, ...]:
    """Sentences about what a trust policy lets in beyond the control plane with its external id."""
    found: list[str] = []
    for statement in _listed(document.get("Statement") if isinstance(document, dict) else None):
        if statement.get("Effect") == "Allow":
            found.extend(_statement_problems(statement, identity))
    return tuple(dict.fromkeys(found))


def _statement_problems(statement: dict[str, Any], identity: RoleIdentity) -> list[str]:
    found = []
    principal = statement.get("Principal")
    named = _texts(principal.get("AWS")) if isinstance(principal, dict) else []
    others = [key for key in principal if key != "AWS"] if isinstance(principal, dict) else ["everyone"]
    strangers = [name for name in named if name != identity.principal_arn] + others
    if strangers:
        found.append(f"It trusts {', '.join(strangers)} beside the control plane.")
    demanded = statement.get("Condition", {}).get("StringEquals", {})
    ids = _texts({key.lower(): value for key, value in demanded.items()}.get("sts:externalid"))
    if not ids:
        found.append("It does not demand the external id with a plain StringEquals.")
    elif ids != [identity.external_id]:
        found.append("It demands another external id than the one of this connection.")
    return found


def _listed(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
