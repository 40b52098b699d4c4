"""What a certificate of deletion says, as one canonical JSON text; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

KIND = "byoc-deletion-certificate-v1"
DELETED, STAYS, NEVER, NOT_OURS = "deleted", "kept", "not_there", "not_ours"


@dataclass(frozen=True, slots=True)
class Thing:
    """One resource of the plan. `at_utc` is when the cloud no longer had it."""

    name: str
    kind: str
    title: str
    outcome: str
    id: str = ""
    at_utc: str = ""


@dataclass(frozen=True, slots=True)
class Remainder:
    """Something that is still there; `monthly_usd` is empty where the price is not known."""

    title: str
    id: str
    monthly_usd: str


@dataclass(frozen=True, slots=True)
class Looked:
    """How it was made sure: the calls of the sweep, and those that the cloud refused."""

    at_utc: str
    looks: tuple[str, ...]
    refused: tuple[str, ...]


def statement(
    *,
    head: Mapping[str, Any],
    things: Sequence[Thing],
    left: Sequence[Remainder],
    removed: Sequence[Remainder],
    looked: Looked,
) -> str:
    """`head` says which region of whom, who asked, the choices, the key, and where the audit trail stood."""
    said = {
        "kind": KIND,
        **head,
        "resources": [asdict(one) for one in things],
        "left": [asdict(one) for one in left],
        "removed_afterwards": [asdict(one) for one in removed],
        "looked": asdict(looked),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
