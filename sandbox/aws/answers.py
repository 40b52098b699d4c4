"""Results and errors on the wire, in the protocol of the service."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from moto.core.serialize import SerializationContext, get_serializer_class

from sandbox.aws.errors import JSON_PROTOCOLS, AwsError
from sandbox.aws.requests import Call

XML = "text/xml"


@dataclass(slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def failed(self) -> bool:
        return self.status >= 400


def succeed(call: Call, result: Mapping[str, Any] | None) -> Answer:
    """Serialize a result by the service's own model."""
    serializer = get_serializer_class(call.service, call.protocol)(
        operation_model=call.model, context=SerializationContext(call.request_id)
    )
    done = serializer.serialize(result or {})
    body = done["body"]
    headers = [(str(name), str(value)) for name, value in done["headers"].items()]
    headers.append(("x-amzn-RequestId", call.request_id))
    return Answer(done["status_code"], headers, body.encode() if isinstance(body, str) else body)


def refuse(service: str, protocol: str, error: AwsError, request_id: str) -> Answer:
    headers = [("x-amzn-RequestId", request_id), ("x-amz-request-id", request_id)]
    if protocol in JSON_PROTOCOLS:
        body = {"__type": error.code, "message": error.message, **error.members}
        headers += [("Content-Type", "application/json"), ("x-amzn-errortype", error.code)]
        return Answer(error.status, headers, json.dumps(body, default=str).encode())
    headers.append(("Content-Type", XML))
    return Answer(error.status, headers, _xml(service, error, request_id).encode())


def _xml(service: str, error: AwsError, request_id: str) -> str:
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    inner += "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in error.members.items())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if service == "s3":
        return f"{head}<Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    if service == "ec2":
        errors = f"<Errors><Error>{inner}</Error></Errors>"
        return f"{head}<Response>{errors}<RequestID>{request_id}</RequestID></Response>"
    fault = "Sender" if error.status < 500 else "Receiver"
    return (
        f"{head}<ErrorResponse><Error><Type>{fault}</Type>{inner}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
