"""What a region does with what is desired of it, part by part; see `secrets_app.steps.region_parts`."""

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.region.place import Place


class Part(Protocol):
    @property
    def name(self) -> str:
        """Its member in `desired/index.json` and in `region/applied.json`."""

    def step(self, place: Place, index: Mapping[str, Any]) -> Any:
        """Do what is left to do, and return what is applied now; called again and again, so it is idempotent.

        `index` is the whole of `desired/index.json`, empty while there is none.
        """
