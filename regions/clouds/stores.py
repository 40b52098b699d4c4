"""What is kept in a customer's cloud account and asked for beside the four verbs: objects, and others' secrets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """What the cloud says about a secret that it keeps; never its value."""

    name: str
    changed_at: datetime | None
    is_going: bool
    """Scheduled for deletion."""


class Objects(Protocol):
    """Every method raises CloudError."""

    def put(self, key: str, body: bytes, content_type: str) -> None: ...

    def get(self, key: str) -> bytes | None: ...

    def keys(self, prefix: str) -> tuple[str, ...]: ...

    def remove(self, key: str) -> None: ...


class KeptSecrets(Protocol):
    """Every method raises CloudError."""

    def describe(self, arn: str) -> KeptSecret: ...

    def rotate_master_password(self, database: str) -> None: ...

    def master_password_state(self, database: str) -> str: ...
