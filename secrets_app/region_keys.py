"""What is asked of a region about its own keys; each region keeps its own KEK, which the console never sees."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from console.kernel.scope import Scope
from secrets_app.models import Recipient


class RegionKeyState(StrEnum):
    KEPT = "kept_by_region"
    """The region rotates its key itself and has said nothing of it."""
    ROTATING = "rotating"
    ROTATED = "rotated"


@dataclass(frozen=True, slots=True)
class RegionKeyAnswer:
    """What the region has said; fields it has not spoken of are empty."""

    state: RegionKeyState
    version: int | None = None
    deks: int | None = None
    rewrapped: int | None = None
    at: datetime | None = None


class RegionKeys(Protocol):
    """Asks a region, over the network, to rotate its KEK, and how far it is. Harmless when repeated."""

    def rotate(self, scope: Scope, recipient: Recipient, *, reencrypt: bool) -> RegionKeyAnswer: ...


class KeptByRegion:
    """Stands where regions do not answer for their keys yet: nothing is asked and nothing is made up."""

    def rotate(self, _scope: Scope, _recipient: Recipient, *, reencrypt: bool) -> RegionKeyAnswer:  # noqa: ARG002
        return RegionKeyAnswer(RegionKeyState.KEPT)


_bound: list[RegionKeys] = [KeptByRegion()]


def bind(port: RegionKeys) -> None:
    _bound[:] = [port]


def region_keys() -> RegionKeys:
    return _bound[0]
