"""What a call brings for a stack: its template, its parameters, the capabilities that it acknowledges."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlparse

from moto.s3.models import s3_backends

from sandbox.aws.cloudformation.resources import KINDS
from sandbox.aws.cloudformation.template import Template, invalid
from sandbox.aws.errors import AwsError
from sandbox.aws.requests import Call


def template_text(call: Call) -> str:
    """The body itself, or the object of a bucket that the URL names."""
    if call.params.get("TemplateBody"):
        return str(call.params["TemplateBody"])
    url = urlparse(str(call.params.get("TemplateURL") or ""))
    pieces = url.path.lstrip("/").split("/", 1)
    host = url.hostname or ""
    bucket, key = (host.split(".s3", 1)[0], url.path.lstrip("/")) if ".s3" in host else (pieces[0], pieces[-1])
    for account in list(s3_backends):
        found = s3_backends[account]["aws"].buckets.get(bucket)
        if found is not None and key in found.keys:
            return str(found.keys[key].value.decode())
    raise invalid("S3 error: The specified key does not exist.")


def parameters(template: Template, call: Call, previous: Mapping[str, str]) -> dict[str, str]:
    given = {item["ParameterKey"]: item for item in call.params.get("Parameters") or []}
    unknown = sorted(set(given) - set(template.parameters))
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values: dict[str, str] = {}
    for name, spec in template.parameters.items():
        item = given.get(name, {})
        value = (
            previous.get(name) if item.get("UsePreviousValue") else item.get("ParameterValue", spec.get("Default"))
        )
        if value is None:
            raise invalid(f"Parameters: [{name}] must have values")
        _check_parameter(name, str(value), spec)
        values[name] = str(value)
    return values


def _check_parameter(name: str, value: str, spec: Mapping[str, Any]) -> None:
    allowed = [str(item) for item in spec.get("AllowedValues") or []]
    pattern = spec.get("AllowedPattern")
    if allowed and value not in allowed:
        raise invalid(f"Parameter '{name}' must be one of AllowedValues")
    if pattern and not re.fullmatch(str(pattern), value):
        raise invalid(
            f"Parameter {name} failed to satisfy constraint: {spec.get('ConstraintDescription', pattern)}"
        )
    if len(value) < int(spec.get("MinLength", 0)) or len(value) > int(spec.get("MaxLength", 4096)):
        raise invalid(f"Parameter '{name}' has the wrong length")


def check_capability(template: Template, call: Call) -> None:
    need, held = template.capability, call.params.get("Capabilities") or []
    if need and need not in held and not (need == "CAPABILITY_IAM" and "CAPABILITY_NAMED_IAM" in held):
        raise AwsError("InsufficientCapabilitiesException", f"Requires capabilities : [{need}]", 400)
    for item in template.resources.values():
        if item["Type"] not in KINDS:
            raise invalid(f"Template format error: Unrecognized resource types: [{item['Type']}]")
