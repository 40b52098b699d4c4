"""Client tokens: the same token with the same parameters is the same call, answered once."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.aws.answers import Answer
from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call
from sandbox.aws.state import state

# service -> parameter; services that look after their tokens themselves are not here
PARAMETERS = {"ec2": "ClientToken", "acm": "IdempotencyToken"}


def replay(call: Call) -> Answer | None:
    """The answer of the earlier call. Raises AwsError when its parameters were others."""
    kept = state().shelf("tokens").get(_key(call))
    if kept is None:
        return None
    parameters, status, headers, body = kept
    if parameters != _parameters(call.params):
        raise AwsError("IdempotentParameterMismatch", "The client token was used with other parameters.", 400)
    return Answer(status, list(headers), body)


def keep(call: Call, answer: Answer) -> None:
    key = _key(call)
    if key and not answer.failed:
        state().shelf("tokens")[key] = (_parameters(call.params), answer.status, answer.headers, answer.body)


def _key(call: Call) -> tuple[str, ...] | None:
    name = PARAMETERS.get(call.service)
    token = call.params.get(name) if name else None
    if not token or not call.operation.startswith(("Create", "Run", "Request")):
        return None
    return (call.account, call.region, call.service, call.operation, str(token))


def _parameters(params: Mapping[str, Any]) -> str:
    return json.dumps(params, sort_keys=True, default=str)
