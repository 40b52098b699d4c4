"""What follows when an operation of some kind ends, or is taken up again; registered by the apps above."""

from collections.abc import Callable

from console.kernel.scope import Scope
from console.operations.models import Operation

Follow = Callable[[Scope, Operation], None]
"""Called inside the organization's transaction; may be called more than once for one end."""

_ends: dict[str, Follow] = {}
_reopenings: dict[str, Follow] = {}
_cancellings: dict[str, Follow] = {}


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
