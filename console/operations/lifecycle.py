"""What follows when an operation of some kind is cancelled, ends, or is taken up again; registered by the apps
above."""

from collections.abc import Callable
from dataclasses import dataclass

from console.kernel.scope import Scope
from console.operations.models import Operation
from console.operations.states import Cancelling

Follow = Callable[[Scope, Operation], None]
"""Called inside the organization's transaction; may be called more than once for one end."""

_ends: dict[str, Follow] = {}
_reopenings: dict[str, Follow] = {}
_cancellings: dict[str, Follow] = {}
_manners: dict[str, "Cancellation"] = {}


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling does to an operation of some kind, for the engine and in words for people."""

    manner: Cancelling
    sentence: str


USUAL = Cancellation(
    Cancelling.STOPPING, "What runs ends with its next answer, nothing else starts, and nothing is taken back."
)


def when_cancelled(kind: str, manner: Cancelling, sentence: str) -> None:
    """Declare what becomes of the steps at work when an operation of this kind is cancelled."""
    _manners[kind] = Cancellation(manner, sentence)


def cancellation(kind: str) -> Cancellation:
    return _manners.get(kind, USUAL)


def on_end(kind: str) -> Callable[[Follow], Follow]:
    def register(function: Follow) -> Follow:
        _ends[kind] = function
        return function

    return register


def on_reopening(kind: str) -> Callable[[Follow], Follow]:
    def register(function: Follow) -> Follow:
        _reopenings[kind] = function
        return function

    return register


def before_cancel(kind: str) -> Callable[[Follow], Follow]:
    """Register what may refuse a cancellation, by raising a ConsoleError; the operation is locked meanwhile."""

    def register(function: Follow) -> Follow:
        _cancellings[kind] = function
        return function

    return register


def cancelling(scope: Scope, operation: Operation) -> None:
    if ask := _cancellings.get(operation.kind):
        ask(scope, operation)


def ended(scope: Scope, operation: Operation) -> None:
    if follow := _ends.get(operation.kind):
        follow(scope, operation)


def reopened(scope: Scope, operation: Operation) -> None:
    if follow := _reopenings.get(operation.kind):
        follow(scope, operation)
