"""A customer's AWS KMS key as the root of its organization's keys; implements `console.encryption.roots`.

The key is used through the connection's role, always with an encryption context that names connection,
keyring and version; the role may use no key without it.
"""

from collections.abc import Mapping
from typing import Any

from console.encryption.roots import RootRefused, RootUnreachable
from regions.clouds.aws.key_calls import KeyCalls, passes
from regions.clouds.aws.session import AwsConfig
from regions.clouds.errors import CloudError


class AwsKmsRoot:
    def __init__(self, config: AwsConfig) -> None:
        self._calls = KeyCalls(config)

    def wrap(self, place: Mapping[str, str], key: bytes, context: Mapping[str, str]) -> bytes:
        request = {"Plaintext": key, "EncryptionContext": dict(context)}
        return bytes(self._answer(place, "encrypt", request)["CiphertextBlob"])

    def unwrap(self, place: Mapping[str, str], wrapped: bytes, context: Mapping[str, str]) -> bytes:
        request = {"CiphertextBlob": wrapped, "EncryptionContext": dict(context)}
        return bytes(self._answer(place, "decrypt", request)["Plaintext"])

    def _answer(self, place: Mapping[str, str], method: str, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._calls.answer(place, method, request)
        except CloudError as error:
            raise _said(error, place["key"]) from None


def _said(error: CloudError, key: str) -> RootRefused | RootUnreachable:
    words = f"{error.operation} answered {error.code}: {error.message}"
    if passes(error):
        return RootUnreachable(f"AWS could not be asked for {key}. {words}", todo="It is asked again in a moment.")
    return RootRefused(
        f"AWS does not let the console use {key}. {words}",
        todo="Your cloud team enables the key and lets the connection's role use it.",
    )
