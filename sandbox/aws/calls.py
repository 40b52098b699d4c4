"""Every call is recorded, as CloudTrail does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.aws.requests import Call
from sandbox.aws.state import Record, state

LONGEST_TEXT = 512
SECRET_WORDS = ("password", "secretstring", "secretbinary", "plaintext", "body", "privatekey")


def record(call: Call, status: int, resources: Iterable[str]) -> None:
    """Remember a call; the account whose role was assumed sees that in its own trail as well."""
    made = _record(call, status, resources)
    state().calls.append(made)
    target = str(call.params.get("RoleArn", "")).split(":")[4:5]
    if call.operation == "AssumeRole" and not made.error and target and target[0] != made.account:
        state().calls.append(replace(made, account=target[0], resources=(str(call.params["RoleArn"]),)))


def _record(call: Call, status: int, resources: Iterable[str]) -> Record:
    identity = call.identity
    session = identity.session if identity else None
    return Record(
        at=call.at, request_id=call.request_id, service=call.service, operation=call.operation,
        account=call.account, region=call.region, principal=identity.arn if identity else "",
        access_key=call.access_key, session_name=session.name if session else "",
        source_identity=session.source_identity if session else "", source_ip=call.source_ip,
        agent=call.agent, error=call.error_code, status=status, params=_public(call.params),
        resources=tuple(dict.fromkeys(item for item in resources if item != "*")),
    )  # fmt: skip


def _public(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: Any) -> Any:
    if any(word in name.lower() for word in SECRET_WORDS) and not isinstance(value, bool):
        return "***"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    return value
