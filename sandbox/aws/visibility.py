"""Eventual consistency: what was created a moment ago is for a while not seen by those who ask for it."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from sandbox.aws.answers import Answer
from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call
from sandbox.aws.state import state

EC2_ID = re.compile(r"(?:vpc|subnet|igw|rtb|eipalloc|nat|sg|sgr|tgw-attach|vpce-svc)-[0-9a-f]{8,}")
NAMES = {("iam", "CreateRole"): "RoleName", ("s3", "CreateBucket"): "Bucket"}
"""Creations whose name is the caller's, and the parameter that carries it."""
MAKING = ("Create", "Allocate", "Authorize")
NOT_FOUND = {
    "ec2": ("InvalidID.NotFound", "The ID '{}' does not exist", 400),
    "iam": ("NoSuchEntity", "The role with name {} cannot be found.", 404),
    "s3": ("NoSuchBucket", "The specified bucket does not exist", 404),
}


def hide(call: Call, answer: Answer, seconds: float) -> None:
    """Nobody sees what the call has created until so many seconds from now."""
    until = time.time() + seconds
    for identifier in _created(call, answer):
        state().shelf("hidden")[call.account, identifier] = until


def _created(call: Call, answer: Answer) -> set[str]:
    if name := NAMES.get((call.service, call.operation)):
        return {str(call.params[name])}
    if call.service != "ec2" or not call.operation.startswith(MAKING):
        return set()
    return set(EC2_ID.findall(answer.body.decode())) - set(_texts(call.params))


def check(call: Call) -> None:
    """Raises AwsError when the call speaks of what is hidden, unless it makes it once more."""
    hidden = _hidden(call)
    if not hidden or (call.service, call.operation) in NAMES:
        return
    for text in _texts(call.params):
        if text in hidden:
            code, message, status = NOT_FOUND[call.service]
            raise AwsError(code, message.format(text), status)


def without_hidden(call: Call, answer: Answer) -> Answer:
    """A list without the rows of what is hidden."""
    hidden = _hidden(call)
    if not hidden or call.service != "ec2" or not call.operation.startswith("Describe") or answer.failed:
        return answer
    root = ElementTree.fromstring(answer.body)
    for rows in list(root):
        for row in [row for row in rows if any((cell.text or "") in hidden for cell in row)]:
            rows.remove(row)
    body = ElementTree.tostring(root, default_namespace=_namespace(root), encoding="utf-8", xml_declaration=True)
    return replace(answer, body=body)


def _namespace(root: ElementTree.Element) -> str | None:
    return root.tag[1:].partition("}")[0] if root.tag.startswith("{") else None


def _hidden(call: Call) -> set[str]:
    shelf = state().shelf("hidden")
    for key in [key for key, until in shelf.items() if until <= time.time()]:
        del shelf[key]
    of_service = call.service in NOT_FOUND
    return {identifier for account, identifier in shelf if of_service and account == call.account}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
