"""What breaks when a certificate dies, and when: pure, from its own dates and those of what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NAMED = 2


@dataclass(frozen=True, slots=True)
class Hanging:
    """One certificate that hangs on the one in question."""

    name: str
    renews_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Harm:
    at: datetime | None
    """When; None has its own word in `word`."""
    word: str
    what: str


def of_leaf(name: str, *, renews_at: datetime, ends_at: datetime) -> list[Harm]:
    return [
        Harm(None, "at once", "Nothing: the region renews it by itself."),
        Harm(renews_at, "", f"{name} takes a new certificate with a new key"),
        Harm(ends_at, "", f"Without one, {name} is refused by its peers"),
        Harm(None, "if revoked", f"{name} is refused by every region that has the next list"),
    ]


def of_intermediate(hanging: Sequence[Hanging], *, region: str, ends_at: datetime) -> list[Harm]:
    """The first leaf that cannot be renewed, the first that ends, then all of them."""
    rows = [Harm(None, "at once", "Nothing that runs. No new leaf.")]
    if not hanging:
        return [
            *rows,
            Harm(ends_at, "", f"{region} can issue nothing more"),
            _revoked(f"Nothing: {region} has no leaf"),
        ]
    first = min(hanging, key=lambda one: one.renews_at)
    dying = min(hanging, key=lambda one: one.ends_at)
    last = max(one.ends_at for one in hanging)
    rows += [
        Harm(first.renews_at, "", f"{first.name} cannot renew its leaf"),
        Harm(dying.ends_at, "", f"{dying.name} is refused by its peers"),
    ]
    if len(hanging) > 1:
        rows.append(Harm(last, "", f"All {len(hanging)} apps of {region}, in and across regions"))
    many = "its app" if len(hanging) == 1 else f"all {len(hanging)} apps"
    return [
        *rows,
        _revoked(f"{many.capitalize()} of {region}, by the next list; the region makes a new key at once"),
    ]


def of_root(hanging: Sequence[Hanging], *, plane: str, ends_at: datetime) -> list[Harm]:
    rows = [Harm(None, "at once", "Nothing that runs. No region can join or renew its authority.")]
    if hanging:
        first = min(hanging, key=lambda one: one.renews_at)
        dying = min(hanging, key=lambda one: one.ends_at)
        rows += [
            Harm(first.renews_at, "", f"{first.name} cannot renew its authority"),
            Harm(dying.ends_at, "", f"Nothing of {dying.name} is accepted any more"),
        ]
    rows.append(Harm(ends_at, "", f"Every region of {plane} refuses every other"))
    return [*rows, Harm(None, "if its key leaks", "Rotate: the old root leaves every bundle, gate by gate")]


def _revoked(what: str) -> Harm:
    return Harm(None, "if revoked", f"{what}.")
