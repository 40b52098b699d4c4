"""What is asked of a cloud after a region has left: is anything there that carries its tag or its name?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that was found; `sort` is `service:type`, as in its ARN."""

    sort: str
    id: str
    arn: str
    found_by: str
    """The call that found it, as a policy would have to write it."""
    tags: Mapping[str, str] = field(default_factory=dict)
    gigabytes: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A look that the cloud refused: nothing is said about what it would have found."""

    look: str
    code: str
    message: str


class Searcher(Protocol):
    """Refused looks are told, not raised: leaving does not fail for want of a permission to look."""

    def search(self, *, region_id: str, prefix: str) -> tuple[tuple[Left, ...], tuple[Unseen, ...]]:
        """By tag in the region and where global services are listed, and by name where no tag is listed.

        Raises CloudError where the cloud does not answer.
        """

    @property
    def looks(self) -> tuple[str, ...]:
        """What is looked at, each a call with its place."""
