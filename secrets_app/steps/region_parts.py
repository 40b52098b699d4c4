"""What is published to regions and heard from them, in parts: secrets are one, trust is another.

A part registers itself when the apps are ready. Its methods run inside the organization's transaction and never
touch the network; `secrets_app.steps.region_sync` does, between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from console.kernel.scope import Scope
from secrets_app.models import Recipient


@dataclass(frozen=True, slots=True)
class Document:
    """An object for the region's bucket."""

    key: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`index` becomes the part's member of `desired/index.json`, which is put after the documents.

    A part with a `prefix` has everything under it compared: what is not in `keep` is removed, and what of `keep`
    is not there is told to `lost`.
    """

    index: Any
    documents: tuple[Document, ...] = ()
    prefix: str = ""
    keep: frozenset[str] = frozenset()
    trouble: str = ""
    """What could not be published and why, for people."""
    note: Any = None
    """For the part itself, handed back to `published`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the region said: the part's own member of `region/applied.json`, and the objects it reads beside it."""

    applied: Any
    objects: Mapping[str, bytes] = field(default_factory=dict)


class Part(Protocol):
    @property
    def name(self) -> str:
        """Its member in `desired/index.json` and `region/applied.json`."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Keys of the region's own objects that the part wants; those that are there come in `Heard.objects`."""

    def outgoing(self, scope: Scope, recipient: Recipient) -> Outgoing:
        """What should lie in the bucket. Documents that are there already need not be named again."""

    def published(self, scope: Scope, recipient: Recipient, outgoing: Outgoing) -> None:
        """All of it is in the bucket."""

    def lost(self, scope: Scope, recipient: Recipient, keys: frozenset[str]) -> None:
        """Objects that were put earlier are gone from the bucket: put them again with the next look."""

    def heard(self, scope: Scope, recipient: Recipient, heard: Heard) -> str:
        """Keep what the region said; return a sentence if it cannot be believed, else nothing."""

    def settled(self, scope: Scope, recipient: Recipient) -> bool:
        """The region has all it should have: it need not be looked at again soon."""


PARTS: list[Part] = []


def register(part: Part) -> Part:
    if all(each.name != part.name for each in PARTS):
        PARTS.append(part)
    return part
