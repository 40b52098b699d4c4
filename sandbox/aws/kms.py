"""KMS: keys that are disabled or doomed serve nobody; the rotation period is kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.kms.models import kms_backends

from sandbox.aws.errors import AwsError
from sandbox.aws.extensions import after, answers, before
from sandbox.aws.policy.documents import parse
from sandbox.aws.policy.evaluate import PolicySet, Principal, Request, evaluate
from sandbox.aws.requests import Call
from sandbox.aws.state import state
from sandbox.aws.targets.others import key_arn

USES = ("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "Sign", "Verify",
        "GenerateMac", "VerifyMac")  # fmt: skip
KEY_ID_CHARACTERS = 36  # moto puts the key's id before what it encrypts
DEFAULT_ROTATION_DAYS = 365


def find(call: Call, identifier: str) -> Any:
    """moto's key by id, ARN or alias; None when there is none."""
    arn = key_arn(call, identifier)
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[4].isdigit():
        return None
    return kms_backends[parts[4]][parts[3]].keys.get(parts[5].partition("/")[2])


def check_usable(call: Call, identifier: str, refusal: AwsError) -> None:
    """Raise ``refusal`` when the key is missing, disabled or about to be deleted."""
    if identifier.startswith("alias/aws/"):
        return
    key = find(call, identifier)
    if key is None or key.key_state != "Enabled":
        raise refusal


@before("kms", *USES)
def check_state(call: Call) -> None:
    identifiers = [str(call.params.get(name)) for name in ("KeyId", "DestinationKeyId") if call.params.get(name)]
    blob = call.params.get("CiphertextBlob")
    if isinstance(blob, bytes):
        identifiers.append(blob[:KEY_ID_CHARACTERS].decode("utf-8", "replace"))
    for identifier in identifiers:
        key = find(call, identifier)
        if key is not None and key.key_state == "Disabled":
            raise AwsError("DisabledException", f"{key.arn} is disabled.", 400)
        if key is not None and key.key_state == "PendingDeletion":
            raise AwsError("KMSInvalidStateException", f"{key.arn} is pending deletion.", 400)


@before("kms", "Decrypt")
def check_key_named(call: Call) -> None:
    """A symmetric ciphertext opens with the key that made it; naming another is an error of its own."""
    blob, named = call.params.get("CiphertextBlob"), call.params.get("KeyId")
    if isinstance(blob, bytes) and named:
        made_by = blob[:KEY_ID_CHARACTERS].decode("utf-8", "replace")
        if not key_arn(call, str(named)).endswith(f"/{made_by}"):
            message = "The key ID in the request does not identify a CMK that can perform this operation."
            raise AwsError("IncorrectKeyException", message, 400)


@answers("kms", "DisableKey", "EnableKey")
def switch(call: Call) -> Mapping[str, Any]:
    """moto knows these by id alone; AWS takes the ARN as well."""
    key = find(call, str(call.params["KeyId"]))
    if key is None:
        raise AwsError("NotFoundException", f"Key '{call.params['KeyId']}' does not exist", 400)
    backend = kms_backends[call.account][call.region]
    (backend.enable_key if call.operation == "EnableKey" else backend.disable_key)(key.id)
    return {}


@after("kms", "EnableKeyRotation")
def keep_period(call: Call) -> None:
    key = find(call, str(call.params["KeyId"]))
    days = int(call.params.get("RotationPeriodInDays") or DEFAULT_ROTATION_DAYS)
    state().shelf("kms:rotation")[key.arn] = days


@answers("kms", "GetKeyRotationStatus")
def rotation_status(call: Call) -> Mapping[str, Any]:
    key = find(call, str(call.params["KeyId"]))
    if key is None:
        raise AwsError("NotFoundException", f"Key '{call.params['KeyId']}' does not exist", 400)
    answer: dict[str, Any] = {"KeyId": key.arn, "KeyRotationEnabled": bool(key.key_rotation_status)}
    if key.key_rotation_status:
        days = state().shelf("kms:rotation").get(key.arn, DEFAULT_ROTATION_DAYS)
        answer["RotationPeriodInDays"] = days
        answer["NextRotationDate"] = datetime.now(UTC) + timedelta(days=days)
    return answer


def service_may(key: Any, service: str, action: str, keys: Mapping[str, Sequence[str]]) -> bool:
    """Whether the key's policy lets a service of AWS use it in its own name."""
    policies = PolicySet(resource=(parse(key.policy, "key", strict=False),), resource_rules=True)
    request = Request(action, key.arn, keys, Principal("", key.account_id, service=service))
    return evaluate(request, policies).allowed
