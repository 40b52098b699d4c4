"""A customer's AWS KMS key as the root of its organization's keys; implements `console.encryption.roots`.

The key is used through the connection's role, always with an encryption context that names connection,
keyring and version; the role may use no key without it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from console.encryption.roots import RootRefused, RootUnreachable
from regions.clouds.aws.calls import call
from regions.clouds.aws.session import AwsConfig, Session, Sessions
from regions.clouds.errors import Category, CloudError

SESSION_NAME = "byoc-keys"
IDENTITY = "byoc-console"
PASSING = frozenset({Category.THROTTLED, Category.TRANSIENT, Category.UNKNOWN})
ENDED = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})


class AwsKmsRoot:
    """`place` holds `key` (an ARN), `role`, `external_id` and `connection`."""

    def __init__(self, config: AwsConfig) -> None:
        self._sessions = Sessions(config)

    def wrap(self, place: Mapping[str, str], key: bytes, context: Mapping[str, str]) -> bytes:
        request = {"KeyId": place["key"], "Plaintext": key, "EncryptionContext": dict(context)}
        return bytes(self._answer(place, "encrypt", request)["CiphertextBlob"])

    def unwrap(self, place: Mapping[str, str], wrapped: bytes, context: Mapping[str, str]) -> bytes:
        request = {"KeyId": place["key"], "CiphertextBlob": wrapped, "EncryptionContext": dict(context)}
        return bytes(self._answer(place, "decrypt", request)["Plaintext"])

    def _answer(self, place: Mapping[str, str], method: str, request: Mapping[str, Any]) -> dict[str, Any]:
        def ask() -> dict[str, Any]:
            return call(self._session(place), "kms", method, request)

        try:
            return self._again_if_ended(ask)
        except CloudError as error:
            raise _said(error, place["key"]) from None

    def _again_if_ended(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return ask()
        except CloudError as error:
            if error.code not in ENDED:
                raise
        self._sessions.forget()
        return ask()

    def _session(self, place: Mapping[str, str]) -> Session:
        return self._sessions.open(
            role_arn=place["role"],
            external_id=place["external_id"],
            region=place["key"].split(":")[3],
            session_name=SESSION_NAME,
            source_identity=IDENTITY,
            tags={"byoc:connection": place["connection"]},
        )


def _said(error: CloudError, key: str) -> RootRefused | RootUnreachable:
    words = f"{error.operation} answered {error.code}: {error.message}"
    if error.category in PASSING:
        return RootUnreachable(f"AWS could not be asked for {key}. {words}", todo="It is asked again in a moment.")
    return RootRefused(
        f"AWS does not let the console use {key}. {words}",
        todo="Your cloud team enables the key and lets the connection's role use it.",
    )
