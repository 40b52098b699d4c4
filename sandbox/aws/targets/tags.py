"""The tags a resource has now, from moto's state."""

from typing import Any

from moto.backends import get_backend

from sandbox.aws.requests import Call
from sandbox.aws.targets.need import tag_pairs

MODULES = {
    "elasticloadbalancing": "elbv2", "secretsmanager": "secretsmanager", "kms": "kms", "logs": "logs",
    "acm": "acm", "ecr": "ecr",
}  # fmt: skip


def tags_of(call: Call, resource: str) -> dict[str, str]:
    """Tags by ARN; nothing for what does not exist or cannot carry tags."""
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[2] not in MODULES:
        return {}
    backends: Any = get_backend(MODULES[parts[2]])  # type: ignore[call-overload]
    backend = backends[parts[4] or call.account][parts[3] or call.region]
    found: dict[str, str] = READERS[MODULES[parts[2]]](backend, resource, parts[5])
    return found


def _elbv2(backend: Any, resource: str, _rest: str) -> dict[str, str]:
    tags = backend.tagging_service.get_tag_dict_for_resource(resource)
    return {key: str(value or "") for key, value in tags.items()}


def _tagger(name: str) -> Any:
    def read(backend: Any, resource: str, rest: str) -> dict[str, str]:
        key = {"id": rest.partition("/")[2], "arn": resource.removesuffix(":log-stream:")}[name]
        return {key: str(value or "") for key, value in backend.tagger.get_tag_dict_for_resource(key).items()}

    return read


def _secret(backend: Any, resource: str, _rest: str) -> dict[str, str]:
    for secret in backend.secrets.values():
        if resource in (secret.arn, secret.secret_id) or resource.endswith(f":{secret.secret_id}"):
            return tag_pairs(secret.tags)
    return {}


def _certificate(backend: Any, resource: str, _rest: str) -> dict[str, str]:
    bundle = backend._certificates.get(resource)
    return {key: str(value or "") for key, value in bundle.tags.items()} if bundle else {}


READERS = {
    "elbv2": _elbv2,
    "kms": _tagger("id"),
    "logs": _tagger("arn"),
    "secretsmanager": _secret,
    "acm": _certificate,
    "ecr": _tagger("arn"),
}
