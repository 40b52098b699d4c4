"""What a step answers: never a sleep, always one of four."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

USUAL_LIMIT = 12


class Who(StrEnum):
    """Who acts next."""

    YOU = "you"
    """A person in the console: retry, approve, answer."""
    CUSTOMER = "customer"
    """The customer's cloud team, outside the console."""
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class ProviderError:
    """The cloud's own words, verbatim."""

    code: str
    message: str
    status: int = 0
    request_id: str = ""
    call: str = ""
    """`ec2:AllocateAddress`"""


@dataclass(frozen=True, slots=True)
class Done:
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """The cloud works; ask again after a while."""

    after: timedelta
    message: str = ""
    progress: int | None = None
    """Percent. A wait that tells it is never late: it depends on people, or on an amount that no earlier run
    tells."""


@dataclass(frozen=True, slots=True)
class Retry:
    """It went wrong in a way that passes by itself; each further try waits longer than `after`."""

    reason: str
    after: timedelta
    message: str = ""
    provider: ProviderError | None = None
    limit: int = USUAL_LIMIT
    """Tries in a row after which a person must look."""
    who: Who = Who.VENDOR
    """Who looks then."""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """A person must act; the step is blocked until it is retried."""

    reason: str
    message: str
    who: Who = Who.YOU
    fix: str = ""
    """What to do, as a command or a sentence to copy."""
    provider: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A bug: said by the engine alone, when a handler raised what nobody foresaw."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person approves before the step runs: said by the engine alone, when the plan wants it so."""

    expires_after: timedelta
    question: str


Outcome = Done | Wait | Retry | Halt
"""What a handler answers."""
Verdict = Outcome | Failed | Ask
"""What the engine writes."""
