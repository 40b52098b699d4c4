"""What a call asks for: service, operation and parameters, read by botocore's own service models."""

import io
import re
import time
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import HTTPException

from sandbox.aws.credentials import Identity
from sandbox.aws.errors import AwsError

Environ = dict[str, Any]
# Name in the signature -> name of botocore's model, where they differ.
MODELS = {
    "elasticloadbalancing": "elbv2",
    "tagging": "resourcegroupstaggingapi",
    "servicequotas": "service-quotas",
    "monitoring": "cloudwatch",
    "email": "ses",
    "states": "stepfunctions",
}
CLASSIC_BALANCER = b"Version=2012-06-01"
CREDENTIAL = re.compile(r"Credential=([^/,]+)/(\d+)/([^/]+)/([^/]+)/aws4_request")
S3_HOST = re.compile(r"^(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.(?:s3[.-].*amazonaws\.com|localhost)(?::\d+)?$")


@dataclass(slots=True)
class Call:
    """One request of a client, with what the front door finds out about it on the way."""

    service: str
    protocol: str
    operation: str
    model: Any
    params: dict[str, Any]
    region: str
    access_key: str
    token: str
    environ: Environ
    body: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: float = field(default_factory=time.time)
    identity: Identity | None = None
    error_code: str = ""
    result: Any = None

    @property
    def account(self) -> str:
        """The account the call acts in; empty for an anonymous one."""
        return self.identity.account if self.identity else ""

    @property
    def source_ip(self) -> str:
        return str(self.environ.get("REMOTE_ADDR", "127.0.0.1"))

    @property
    def agent(self) -> str:
        return str(self.environ.get("HTTP_USER_AGENT", ""))


@dataclass(frozen=True, slots=True)
class Signature:
    access_key: str
    region: str
    service: str
    token: str


def read_signature(environ: Environ) -> Signature | None:
    """Key, region and service of a Signature Version 4 header or a presigned URL."""
    match = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if match:
        token = str(environ.get("HTTP_X_AMZ_SECURITY_TOKEN", ""))
        return Signature(match.group(1), match.group(3), match.group(4), token)
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if "X-Amz-Credential" in query:
        key, _, region, service, _ = query["X-Amz-Credential"][0].split("/")
        return Signature(key, region, service, query.get("X-Amz-Security-Token", [""])[0])
    return None


def take_body(environ: Environ) -> bytes:
    """Read the body once and leave it readable again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ["wsgi.input"]
    body: bytes = stream.read(length) if length else b""
    if not length and environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = stream.read()
        environ.pop("HTTP_TRANSFER_ENCODING")
        environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def read(environ: Environ) -> Call:
    """Parse a request. Raises AwsError for a service or an operation nobody knows."""
    body = take_body(environ)
    signature = read_signature(environ) or Signature("", "us-east-1", _unsigned_service(body), "")
    service = _model_name(signature.service, body)
    if service == "s3":
        _path_style(environ)
    try:
        model = get_service_model(service)
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE"))
        operation, params = _operation(environ, body, service, protocol)
    except AwsError:
        raise
    except Exception as error:
        raise AwsError("UnknownOperationException", f"{service} does not know this call.", 404) from error
    return Call(
        service, protocol, operation.name, operation, params, signature.region, signature.access_key,
        signature.token, environ, body,
    )  # fmt: skip


def _model_name(signed: str, body: bytes) -> str:
    if signed == "elasticloadbalancing" and CLASSIC_BALANCER in body:
        return "elb"
    return MODELS.get(signed, signed)


def _unsigned_service(body: bytes) -> str:
    return "sts" if b"Action=AssumeRoleWith" in body else "s3"


def _path_style(environ: Environ) -> None:
    """A bucket in the host name moves into the path."""
    match = S3_HOST.match(environ.get("HTTP_HOST", ""))
    if match:
        bucket = match.group("bucket")
        environ["PATH_INFO"] = f"/{bucket}{environ.get('PATH_INFO', '/')}"
        raw = environ.get("RAW_URI") or environ["PATH_INFO"]
        environ["RAW_URI"] = environ["REQUEST_URI"] = f"/{bucket}{raw}"
        environ["HTTP_HOST"] = f"127.0.0.1:{environ.get('SERVER_PORT', '80')}"


@lru_cache(maxsize=64)
def _router(service: str) -> Any:
    return get_service_router(service)


def _operation(environ: Environ, body: bytes, service: str, protocol: str) -> tuple[Any, dict[str, Any]]:
    request = BackendRequest(dict(environ, **{"wsgi.input": io.BytesIO(body)}))
    try:
        operation, found = _router(service).match(request)
    except HTTPException as error:
        raise AwsError("UnknownOperationException", f"{service} does not know this call.", 404) from error
    parser = PROTOCOL_PARSERS[protocol](operation, map_type=dict)
    parsed = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": found,
        }
    )
    labels = {name: unquote(value) if isinstance(value, str) else value for name, value in found.items()}
    return operation, {**labels, **dict(parsed or {})}


def protocol_of(environ: Environ) -> tuple[str, str]:
    """Service and protocol as far as they can be told, for the shape of an error."""
    signature = read_signature(environ)
    service = MODELS.get(signature.service, signature.service) if signature else "s3"
    if environ.get("HTTP_X_AMZ_TARGET"):
        return service, "json"
    return service, {"s3": "rest-xml", "ec2": "ec2", "eks": "rest-json"}.get(service, "query")
