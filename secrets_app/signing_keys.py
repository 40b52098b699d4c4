"""A customer's own key as the key of its authority: found and used in its cloud; bound when the process starts."""

from collections.abc import Mapping
from typing import Protocol

from console.kernel.errors import ConsoleError
from console.kernel.scope import Scope
from secrets_app.pki.keys import Signer


class SigningRefused(ConsoleError):
    """The key is disabled, gone, of another kind, or not for this console."""

    code = "signing_key_refused"
    title = "The key does not sign"


class SigningUnreachable(ConsoleError):
    """It may sign again in a moment."""

    code = "signing_key_unreachable"
    title = "The key cannot be reached"


class SigningPlaces(Protocol):
    def place(self, scope: Scope, arn: str) -> Mapping[str, str]:
        """Where the key is and the way to it, within the scope's transaction; asks the cloud nothing.

        Raises a ConsoleError.
        """


class SigningKeys(Protocol):
    def signer(self, place: Mapping[str, str]) -> Signer:
        """Asks the cloud, and so does each signature. Raises SigningRefused and SigningUnreachable."""


_places: list[SigningPlaces] = []
_keys: list[SigningKeys] = []


def bind(*, places: SigningPlaces, keys: SigningKeys) -> None:
    _places[:] = [places]
    _keys[:] = [keys]


def place_of(scope: Scope, arn: str) -> Mapping[str, str]:
    """Raises IndexError where no adapter is bound."""
    return _places[0].place(scope, arn)


def signer_at(place: Mapping[str, str]) -> Signer:
    return _keys[0].signer(place)
