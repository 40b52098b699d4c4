"""Calls answered by us instead of moto, and what happens before and after those that moto answers."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.aws.requests import Call

Handler = Callable[[Call], Mapping[str, Any] | None]
Hook = Callable[[Call], None]
HANDLERS: dict[tuple[str, str], Handler] = {}
BEFORE: dict[tuple[str, str], list[Hook]] = {}
AFTER: dict[tuple[str, str], list[Hook]] = {}


def answers(service: str, *operations: str) -> Callable[[Handler], Handler]:
    """The function answers the operation; moto never sees it."""

    def register(handler: Handler) -> Handler:
        for operation in operations:
            HANDLERS[service, operation] = handler
        return handler

    return register


def before(service: str, *operations: str) -> Callable[[Hook], Hook]:
    """The function runs before moto and may refuse; ``*`` is every operation of the service."""

    def register(hook: Hook) -> Hook:
        for operation in operations:
            BEFORE.setdefault((service, operation), []).append(hook)
        return hook

    return register


def after(service: str, *operations: str) -> Callable[[Hook], Hook]:
    """The function runs after moto has succeeded."""

    def register(hook: Hook) -> Hook:
        for operation in operations:
            AFTER.setdefault((service, operation), []).append(hook)
        return hook

    return register


def run(hooks: Mapping[tuple[str, str], list[Hook]], call: Call) -> None:
    for key in ((call.service, "*"), (call.service, call.operation)):
        for hook in hooks.get(key, ()):
            hook(call)
