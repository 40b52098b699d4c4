"""Calls to KMS about one key of a customer's, by the connection's role; a session that has ended is opened anew.

A key's `place` holds `key` (an ARN), `role`, `external_id` and `connection`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from regions.clouds.aws.calls import call
from regions.clouds.aws.session import AwsConfig, Session, Sessions
from regions.clouds.errors import Category, CloudError

SESSION_NAME = "byoc-keys"
IDENTITY = "byoc-console"
PASSING = frozenset({Category.THROTTLED, Category.TRANSIENT, Category.UNKNOWN})
ENDED = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})


class KeyCalls:
    def __init__(self, config: AwsConfig) -> None:
        self._sessions = Sessions(config)

    def answer(self, place: Mapping[str, str], method: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Raises CloudError."""

        def ask() -> dict[str, Any]:
            return call(self._session(place), "kms", method, {"KeyId": place["key"], **request})

        return self._again_if_ended(ask, place["role"])

    def _again_if_ended(self, ask: Callable[[], dict[str, Any]], role_arn: str) -> dict[str, Any]:
        try:
            return ask()
        except CloudError as error:
            if error.code not in ENDED:
                raise
        self._sessions.forget(role_arn)
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


def passes(error: CloudError) -> bool:
    """Whether asking again in a moment may help."""
    return error.category in PASSING
