"""How a customer's own key is found, by the connection to the account it is in; bound when the process starts."""

from typing import Protocol

from console.encryption.roots import Root
from console.kernel.scope import Scope


class RootPlaces(Protocol):
    def root(self, scope: Scope, arn: str) -> Root:
        """Within the scope's transaction; asks the cloud nothing. Raises a ConsoleError."""


_bound: list[RootPlaces] = []


def bind(places: RootPlaces) -> None:
    _bound[:] = [places]


def root_of(scope: Scope, arn: str) -> Root:
    """Raises IndexError where no adapter is bound."""
    return _bound[0].root(scope, arn)
