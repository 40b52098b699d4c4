"""Root providers: what keeps the key material of a KEK version while it rests.

`file` keeps it as it is, in KEK_STORE, which lies outside the database. Another provider keeps it wrapped by
a key that somebody else holds, such as a customer's key in AWS KMS: then KEK_STORE alone opens nothing, and
who holds that key can take the console's access back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from console.kernel.errors import Unavailable

FILE = "file"
AWS_KMS = "aws-kms"


class RootRefused(Unavailable):
    """The holder of the root key does not let us use it."""

    code = "root_key_refused"
    title = "The root key is not to be had"


class RootUnreachable(Unavailable):
    """No answer; trying again may help."""

    code = "root_key_unreachable"
    title = "The root key cannot be reached"


@dataclass(frozen=True, slots=True)
class Root:
    """Which provider, and how it finds its key; kept beside the wrapped material, never secret."""

    kind: str = FILE
    place: Mapping[str, str] = field(default_factory=dict)


class RootProvider(Protocol):
    """Both raise RootRefused or RootUnreachable. `context` is bound to what is wrapped."""

    def wrap(self, place: Mapping[str, str], key: bytes, context: Mapping[str, str]) -> bytes: ...

    def unwrap(self, place: Mapping[str, str], wrapped: bytes, context: Mapping[str, str]) -> bytes: ...


class FileRoot:
    """The material is kept as it is: whoever reads KEK_STORE has it."""

    def wrap(self, _place: Mapping[str, str], key: bytes, _context: Mapping[str, str]) -> bytes:
        return key

    def unwrap(self, _place: Mapping[str, str], wrapped: bytes, _context: Mapping[str, str]) -> bytes:
        return wrapped


_providers: dict[str, RootProvider] = {FILE: FileRoot()}


def bind(kind: str, provider: RootProvider) -> None:
    _providers[kind] = provider


def provider(root: Root) -> RootProvider:
    """Raises RootUnreachable for a kind that this console has no adapter for."""
    found = _providers.get(root.kind)
    if found is None:
        raise RootUnreachable(
            f"No adapter for root keys of the kind {root.kind} is bound.",
            todo="Run a version of the console that has it.",
        )
    return found
