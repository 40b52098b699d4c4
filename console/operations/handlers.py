"""Who carries out which step: a registry of names, filled when the apps are ready."""

from collections.abc import Callable

from console.operations.outcomes import Outcome
from console.operations.steps import StepContext

Handler = Callable[[StepContext], Outcome]

_handlers: dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register a handler. It holds no transaction across a call to the outside."""

    def register(function: Handler) -> Handler:
        _handlers[name] = function
        return function

    return register


def find(name: str) -> Handler | None:
    return _handlers.get(name)
