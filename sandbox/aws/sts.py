"""Role sessions: trust policies judged where the role lives, sessions that end."""

import json
import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.aws.authorize import policies_of, principal_of, remember
from sandbox.aws.context import request_context, stamp
from sandbox.aws.credentials import Identity, iam
from sandbox.aws.errors import AwsError, access_denied
from sandbox.aws.extensions import answers
from sandbox.aws.policy.documents import MalformedPolicyError, check_identity, parse
from sandbox.aws.policy.evaluate import PolicySet, Request, evaluate
from sandbox.aws.requests import Call
from sandbox.aws.state import Session, state
from sandbox.aws.targets.iam import entity_tags
from sandbox.aws.targets.need import resource_keys, tag_pairs

SHORTEST_SECONDS = 900
CHAINED_SECONDS = 3600  # a session obtained from a session lasts an hour at most
UPPER = string.ascii_uppercase + "234567"


@answers("sts", "AssumeRole")
def assume_role(call: Call) -> Mapping[str, Any]:
    assert call.identity is not None
    arn = str(call.params.get("RoleArn", ""))
    role = _role(arn)
    wanted = ["sts:AssumeRole"]
    if call.params.get("SourceIdentity"):
        wanted.append("sts:SetSourceIdentity")
    if call.params.get("Tags"):
        wanted.append("sts:TagSession")
    for action in wanted:
        if role is None or not _trusted(call, call.identity, action, role, arn):
            raise _refused(call, call.identity, arn, action)
        remember(call.identity, action)
    session = _open(call, role, arn)
    state().sessions[session.access_key] = session
    return _described(session)


def _role(arn: str) -> Any:
    parts = arn.split(":")
    if len(parts) != 6 or not parts[4].isdigit() or not parts[5].startswith("role/"):
        raise AwsError("ValidationError", f"{arn} is invalid", 400)
    return next((role for role in iam(parts[4]).roles.values() if role.arn == arn), None)


def _refused(call: Call, identity: Identity, arn: str, action: str) -> AwsError:
    message = f"User: {identity.arn} is not authorized to perform: {action} on resource: {arn}"
    return access_denied(call.service, call.protocol, message)


def _trusted(call: Call, identity: Identity, action: str, role: Any, arn: str) -> bool:
    trust = parse(_text(role.assume_role_policy_document), "trust", strict=False)
    keys: dict[str, Sequence[str]] = {**request_context(call), **_session_keys(call)}
    keys.update(resource_keys(entity_tags(role), "iam"))
    request = Request(action, arn, keys, principal_of(identity), arn.split(":")[4])
    mine = policies_of(identity)
    policies = PolicySet(mine.identity, (trust,), mine.boundary, mine.session, resource_rules=True)
    return evaluate(request, policies).allowed


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _session_keys(call: Call) -> dict[str, Sequence[str]]:
    params = call.params
    keys: dict[str, Sequence[str]] = {"sts:rolesessionname": (str(params.get("RoleSessionName")),)}
    if params.get("ExternalId"):
        keys["sts:externalid"] = (str(params["ExternalId"]),)
    if params.get("SourceIdentity"):
        keys["sts:sourceidentity"] = (str(params["SourceIdentity"]),)
    tags = tag_pairs(params.get("Tags") or [])
    keys.update({f"aws:requesttag/{key}".lower(): (value,) for key, value in tags.items()})
    if tags:
        keys["aws:tagkeys"] = tuple(tags)
    if params.get("TransitiveTagKeys"):
        keys["sts:transitivetagkeys"] = tuple(params["TransitiveTagKeys"])
    return keys


def _duration(call: Call, role: Any) -> int:
    seconds = int(call.params.get("DurationSeconds") or 3600)
    longest = int(role.max_session_duration or 3600)
    if seconds < SHORTEST_SECONDS:
        message = (
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must have value greater than or equal to {SHORTEST_SECONDS}"
        )
        raise AwsError("ValidationError", message, 400)
    chained = call.identity is not None and call.identity.session is not None
    if seconds > longest or (chained and seconds > CHAINED_SECONDS):
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise AwsError("ValidationError", message, 400)
    return seconds


def _session_documents(call: Call) -> tuple[str, ...]:
    text = call.params.get("Policy")
    if not text:
        return ()
    try:
        check_identity(parse(str(text), "session"))
    except MalformedPolicyError as error:
        raise AwsError("MalformedPolicyDocument", str(error), 400) from error
    return (str(text),)


def _open(call: Call, role: Any, arn: str) -> Session:
    caller = call.identity.session if call.identity else None
    source = str(call.params.get("SourceIdentity") or (caller.source_identity if caller else ""))
    seconds = _duration(call, role)
    return Session(
        access_key="ASIA" + "".join(secrets.choice(UPPER) for _ in range(16)),
        secret=secrets.token_urlsafe(30),
        token="IQoJb3JpZ2luX2Vj" + secrets.token_urlsafe(120),
        account=arn.split(":")[4],
        role_name=role.name,
        role_arn=arn,
        role_id=role.id,
        name=str(call.params.get("RoleSessionName")),
        source_identity=source,
        tags=tag_pairs(call.params.get("Tags") or []),
        policies=_session_documents(call),
        policy_arns=tuple(str(item.get("arn")) for item in call.params.get("PolicyArns") or []),
        issued_at=call.at,
        expires_at=call.at + seconds,
    )


def _described(session: Session) -> Mapping[str, Any]:
    arn = f"arn:aws:sts::{session.account}:assumed-role/{session.role_name}/{session.name}"
    answer: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": session.access_key,
            "SecretAccessKey": session.secret,
            "SessionToken": session.token,
            "Expiration": stamp(session.expires_at),
        },
        "AssumedRoleUser": {"AssumedRoleId": f"{session.role_id}:{session.name}", "Arn": arn},
    }
    if session.source_identity:
        answer["SourceIdentity"] = session.source_identity
    return answer


@answers("sts", "GetCallerIdentity")
def caller_identity(call: Call) -> Mapping[str, Any]:
    assert call.identity is not None
    return {"UserId": call.identity.user_id, "Account": call.identity.account, "Arn": call.identity.arn}
