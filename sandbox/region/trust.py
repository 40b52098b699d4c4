"""The part of a region that holds its certificates."""

from collections.abc import Mapping
from typing import Any

from console.kernel.errors import ConsoleError
from sandbox.region.certificates import Certificates
from sandbox.region.place import Place


class Trust:
    """What cannot be followed changes nothing: the region goes on with what it has."""

    name = "trust"

    def step(self, place: Place, index: Mapping[str, Any]) -> dict[str, Any]:
        certificates = Certificates(place.folder)
        desired = index.get("trust")
        if isinstance(desired, dict) and "bundle" in desired:
            try:
                certificates.apply(desired, place.get, place.put)
            except (ConsoleError, ValueError, KeyError) as error:
                print(f"Region {place.region_id} cannot follow its trust: {error}", flush=True)
        return certificates.applied()
