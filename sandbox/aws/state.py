"""What the front door remembers beside moto; pickled with moto's backends."""

from collections import deque
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from typing import Any

DELAYS: dict[str, float] = {"cluster": 20.0, "nodegroup": 15.0, "rds": 25.0, "nat": 5.0}
RECORDED_CALLS = 50_000


@dataclass(slots=True)
class Session:
    """A role session; moments are seconds since the epoch."""

    access_key: str
    secret: str
    token: str
    account: str
    role_name: str
    role_arn: str
    role_id: str
    name: str
    source_identity: str
    tags: dict[str, str]
    policies: tuple[str, ...]
    policy_arns: tuple[str, ...]
    issued_at: float
    expires_at: float
    federated: str = ""
    revoked: bool = False


@dataclass(slots=True)
class Rule:
    """A fault to inject; ``remaining`` None means always."""

    kind: str
    service: str = ".*"
    action: str = ".*"
    account: str | None = None
    rate: float = 1.0
    delay_seconds: float = 0.0
    code: str | None = None
    status: int | None = None
    count: int | None = None
    fired: int = 0


@dataclass(slots=True)
class Record:
    """One call as CloudTrail and the tests see it."""

    at: float
    request_id: str
    service: str
    operation: str
    account: str
    region: str
    principal: str
    access_key: str
    session_name: str
    source_identity: str
    source_ip: str
    agent: str
    error: str
    status: int
    params: dict[str, Any]
    resources: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    sessions: dict[str, Session] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=lambda: dict(DELAYS))
    faults: list[Rule] = field(default_factory=list)
    calls: MutableSequence[Record] = field(default_factory=lambda: deque(maxlen=RECORDED_CALLS))
    evaluated: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    quotas: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    shelves: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def shelf(self, name: str) -> dict[Any, Any]:
        """A dictionary of that name, kept with the rest: what one service needs beside moto."""
        return self.shelves.setdefault(name, {})


class Memory:
    """The one state of this process; moto's backends are process-wide as well."""

    def __init__(self) -> None:
        self.state = State()

    def replace(self, state: State) -> None:
        self.state = state


MEMORY = Memory()


def state() -> State:
    return MEMORY.state
