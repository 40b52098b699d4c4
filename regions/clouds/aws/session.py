"""Sessions in a customer's cloud account: assumed roles, short-lived, one attempt per call."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from regions.clouds.aws.errors import NO_ANSWER, from_client_error, from_no_answer

RENEW_BEFORE = timedelta(minutes=5)
SESSION_SECONDS = 3600  # the most that role chaining allows (IAM User Guide, "Role chaining")
# One attempt: a retried create whose first answer was lost makes a second resource.
NEVER = datetime.max.replace(tzinfo=UTC)
_CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=16,
    s3={"addressing_style": "path"},
)


@dataclass(frozen=True, slots=True)
class AwsConfig:
    """The control plane's own keys; empty `endpoint_url` means AWS itself."""

    endpoint_url: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """Credentials for one cloud account and region, with the clients made from them."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    expires_at: datetime = NEVER
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _client(self, service)
        return self._clients[service]


_making = threading.Lock()
_botocore = botocore.session.Session()


def _client(session: Session, service: str) -> Any:
    with _making:  # a botocore session loads its models once and is not thread-safe while it does
        return _botocore.create_client(
            service,
            region_name=session.region,
            endpoint_url=session.endpoint_url or None,
            aws_access_key_id=session.access_key_id,
            aws_secret_access_key=session.secret_access_key,
            aws_session_token=session.session_token or None,
            config=_CONFIG,
        )


def own_session(config: AwsConfig, region: str) -> Session:
    """The control plane's own identity, in its own account."""
    return Session(config.endpoint_url, region, config.access_key_id, config.secret_access_key)


class Sessions:
    """Opens sessions in customers' accounts and keeps each until shortly before it expires."""

    def __init__(self, config: AwsConfig, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._config = config
        self._now = now
        self._open: dict[tuple[object, ...], Session] = {}

    def open(
        self,
        *,
        role_arn: str,
        external_id: str,
        region: str,
        session_name: str,
        source_identity: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> Session:
        """Assume the role; raises CloudError when AWS refuses. An empty external id is not sent."""
        tags = dict(tags or {})
        key = (role_arn, external_id, region, session_name, source_identity, tuple(sorted(tags.items())))
        known = self._open.get(key)
        if known and known.expires_at - RENEW_BEFORE > self._now():
            return known
        request = _request(role_arn, external_id, session_name, source_identity, tags)
        self._forget_expired()
        self._open[key] = session = self._assume(region, request)
        return session

    def forget(self, role_arn: str) -> None:
        """Assume the role anew from now on, for instance after the customer changed it."""
        self._open = {key: one for key, one in self._open.items() if key[0] != role_arn}

    def _forget_expired(self) -> None:
        now = self._now()
        self._open = {key: one for key, one in self._open.items() if one.expires_at - RENEW_BEFORE > now}

    def _assume(self, region: str, request: dict[str, Any]) -> Session:
        sts = own_session(self._config, region).client("sts")
        try:
            credentials = sts.assume_role(**request)["Credentials"]
        except ClientError as error:
            raise from_client_error(error, "sts:AssumeRole") from error
        except NO_ANSWER as error:
            raise from_no_answer(error, "sts:AssumeRole") from error
        return Session(
            self._config.endpoint_url,
            region,
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
            credentials["Expiration"],
        )


def _request(
    role_arn: str, external_id: str, session_name: str, source_identity: str, tags: Mapping[str, str]
) -> dict[str, Any]:
    optional: dict[str, Any] = {
        "ExternalId": external_id,
        "SourceIdentity": source_identity,
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }
    return {
        "RoleArn": role_arn,
        "RoleSessionName": session_name[:64],
        "DurationSeconds": SESSION_SECONDS,
        **{name: value for name, value in optional.items() if value},
    }


def open_session(
    config: AwsConfig,
    *,
    role_arn: str,
    external_id: str,
    region: str,
    session_name: str,
    source_identity: str = "",
    tags: Mapping[str, str] | None = None,
) -> Session:
    """Assume the role once, without any cache: what verification needs."""
    return Sessions(config).open(
        role_arn=role_arn,
        external_id=external_id,
        region=region,
        session_name=session_name,
        source_identity=source_identity,
        tags=tags,
    )
