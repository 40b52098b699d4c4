"""What the engine asks of any cloud: four verbs over one manifest, and what an observation says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

JsonObject = Mapping[str, Any]


class Manifest(Protocol):
    """The part of a managed-resource manifest that a cloud adapter reads."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def external_name(self) -> str:
        """The name in the cloud where it is ours to choose; empty where the provider invents it."""

    @property
    def annotations(self) -> Mapping[str, str]: ...

    @property
    def for_provider(self) -> JsonObject: ...

    @property
    def tags(self) -> Mapping[str, str]: ...

    @property
    def region_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the manifest that the cloud does not match; `immutable`: no call can change it."""

    field: str
    expected: Any
    observed: Any
    immutable: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What the cloud says about one resource right now.

    `state` is the provider's own word. `failed` means that waiting will not help, and `message` then
    carries the provider's explanation.
    """

    exists: bool
    external_id: str = ""
    ready: bool = False
    up_to_date: bool = False
    state: str = ""
    differences: tuple[Difference, ...] = ()
    facts: JsonObject = field(default_factory=dict)
    deleting: bool = False
    failed: bool = False
    message: str = ""
    foreign: bool = False
    """It has our name and none of our tags: somebody else made it, so it is neither changed nor deleted."""
    surplus: tuple[str, ...] = ()
    """External ids of further ones with the same tags that nothing uses: a create took effect late."""


class ResourceClient(Protocol):
    """All verbs are idempotent and return at once; each raises CloudError when the cloud refuses."""

    def observe(self, manifest: Manifest) -> Observation: ...

    def create(self, manifest: Manifest, *, token: str) -> None: ...

    def update(self, manifest: Manifest, observation: Observation) -> None: ...

    def delete(self, manifest: Manifest, observation: Observation) -> None: ...

    def trim(self, manifest: Manifest) -> None:
        """Remove the surplus of an observation."""
