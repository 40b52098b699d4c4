"""A cloud in memory, for steps: what exists, how long it takes, what it refuses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from regions.clouds.errors import CloudError
from regions.clouds.leftovers import Left, Unseen
from regions.clouds.ports import Difference, Manifest, Observation
from regions.steps.clouds import CloudEntry, Lookup

GONE = Observation(exists=False)


class MemoryCloud:
    """CloudAccounts and ResourceClient in one."""

    def __init__(self) -> None:
        self.there: dict[str, Observation] = {}
        self.tags: dict[str, dict[str, str]] = {}
        """As the last call left them."""
        self.calls: list[tuple[str, str]] = []
        self.refusals: dict[tuple[str, str], list[CloudError]] = defaultdict(list)
        self.entries: list[CloudEntry] = []
        self.forgotten = 0
        self.left: list[Left] = []
        self.unseen: list[Unseen] = []
        self.after_create: Sequence[Observation] = ()

    # -- CloudAccounts

    def resources(self, entry: CloudEntry, lookup: Lookup) -> "MemoryCloud":
        self.entries.append(entry)
        return self

    def inspector(self, entry: CloudEntry) -> Any:
        raise AssertionError("nobody inspects here")

    def searcher(self, entry: CloudEntry) -> "MemoryCloud":
        return self

    # -- Searcher

    looks = ("tag:GetResources in eu-central-1",)

    def search(self, *, region_id: str, prefix: str) -> tuple[tuple[Left, ...], tuple[Unseen, ...]]:
        return tuple(self.left), tuple(self.unseen)

    def forget(self, entry: CloudEntry) -> None:
        self.forgotten += 1

    # -- ResourceClient

    def observe(self, manifest: Manifest) -> Observation:
        self._called("observe", manifest)
        seen = self.there.get(manifest.name, GONE)
        tags = self.tags.get(manifest.name, manifest.tags)
        if not seen.exists or tags == manifest.tags:
            return seen
        return replace(seen, differences=(*seen.differences, Difference("tags", manifest.tags, tags)))

    def create(self, manifest: Manifest, *, token: str) -> None:
        self._called("create", manifest)
        self.tags[manifest.name] = dict(manifest.tags)
        self.there[manifest.name] = ready(manifest.name)

    def update(self, manifest: Manifest, observation: Observation) -> None:
        self._called("update", manifest)
        self.tags[manifest.name] = dict(manifest.tags)
        self.there[manifest.name] = ready(manifest.name)

    def delete(self, manifest: Manifest, observation: Observation) -> None:
        self._called("delete", manifest)
        self.there.pop(manifest.name, None)

    def trim(self, manifest: Manifest) -> None:
        self._called("trim", manifest)
        self.there[manifest.name] = replace(self.there[manifest.name], surplus=())

    def _called(self, verb: str, manifest: Manifest) -> None:
        self.calls.append((verb, manifest.name))
        if waiting := self.refusals[verb, manifest.name]:
            raise waiting.pop(0)

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.calls]


def ready(name: str, **changes: Any) -> Observation:
    fields = {"exists": True, "external_id": f"id-{name}", "ready": True, "up_to_date": True, "state": "available"}
    return Observation(**{**fields, **changes})


def differing(name: str, *, immutable: bool = False) -> Observation:
    difference = Difference("cidrBlock", "10.0.0.0/16", "10.1.0.0/16", immutable=immutable)
    return ready(name, up_to_date=False, differences=(difference,))
