"""The parts of a rotation: a new version, ranges of work, the proof that nothing is left, the end of the old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from console.encryption import deks, keyring, rewrap
from console.encryption.models import Rotation, WorkRange
from console.encryption.reencrypt import Column, columns_of
from console.encryption.rewrap import ENGINE
from console.encryption.roots import Root
from console.encryption.store import KekState


@dataclass(frozen=True, slots=True)
class Proof:
    """What the verification counted; `None` in place of one: data keys are being made at this moment."""

    total: int
    left: int
    disabled: tuple[int, ...]


def names_of(org_id: UUID) -> list[str]:
    """Every keyring of an organization, its first one first; the platform's for the nil UUID."""
    if org_id == keyring.NOBODY:
        return [keyring.PLATFORM]
    first = str(org_id)
    return [first, *(name for name in keyring.store().names() if name.startswith(f"{first}."))]


def roots_of(org_id: UUID) -> list[Root]:
    """Root of every version that an organization has, without making any."""
    return [one.root for name in names_of(org_id) for one in keyring.store().versions(name) if one.file]


def active_version(name: str) -> int:
    return keyring.keyring(name).active_version


def next_versions(names: Sequence[str]) -> dict[str, int]:
    """Which version each keyring gets; decided once, so that beginning twice makes no two."""
    return {name: max(2, keyring.store().next_number(name)) for name in names}


def begin(rotation: Rotation, *, reencrypt: bool) -> None:
    """Make the new version, active from now on, and the ranges of work; harmless when repeated."""
    keyring.keyring(rotation.keyring)  # the first version, where there is none yet
    keyring.store().add_version(rotation.keyring, rotation.to_version)
    if reencrypt:
        for column in columns_of(rotation.keyring):
            _column_range(rotation, column)
    if not WorkRange.objects.filter(rotation=rotation, field="").exists():
        for number, share in enumerate(rewrap.shares(rotation.keyring, rotation.to_version), 1):
            WorkRange.objects.create(
                org_id=rotation.org_id, rotation=rotation, name=f"data keys {number}",
                first=share.first, last=share.last, total=share.many,
            )  # fmt: skip


def _column_range(rotation: Rotation, column: Column) -> None:
    first, last = UUID(int=0), UUID(int=(1 << 128) - 1)
    if not WorkRange.objects.filter(rotation=rotation, name=column.name).exists():
        WorkRange.objects.create(
            org_id=rotation.org_id, rotation=rotation, name=column.name, field=column.name, first=first, last=last,
            total=column.rows(rotation.org_id).count(),
        )  # fmt: skip


def prove(name: str, to_version: int, *, at: datetime) -> Proof | None:
    """Count what is left on older versions; where nothing is, disable them in the same breath.

    While it counts nobody can make a data key, so that none is left behind under a disabled version. Returns
    None where somebody is making one.
    """
    with transaction.atomic(using=ENGINE):
        if not deks.hold_off(name, using=ENGINE):
            return None
        counted = rewrap.count(name)
        left = sum(many for version, many in counted.items() if version < to_version)
        disabled = () if left else _disable(name, to_version, at)
    keyring.forget(name)
    return Proof(sum(counted.values()), left, disabled)


def _disable(name: str, to_version: int, at: datetime) -> tuple[int, ...]:
    older = [one for one in keyring.keyring(name).versions if one.number < to_version and one.usable]
    for version in older:
        keyring.store().disable(name, version.number, at)
    return tuple(version.number for version in older)


def destroy_held(name: str, hold: timedelta, *, at: datetime) -> tuple[int, ...]:
    """Destroy versions that were disabled longer than `hold` ago and that no data key is under."""
    waiting = [
        one
        for one in keyring.store().versions(name)
        if one.state == KekState.DISABLED and one.disabled_at and one.disabled_at + hold <= at
    ]
    if not waiting:
        return ()
    counted = rewrap.count(name)
    gone = [one.number for one in waiting if not counted.get(one.number)]
    for number in gone:
        keyring.store().destroy(name, number, at)
    return tuple(gone)


def late_range(rotation: Rotation, total: int) -> WorkRange:
    """One more range over the whole keyring, for what was saved while the others were worked off."""
    first, last = keyring.dek_range(rotation.keyring)
    name = f"late {WorkRange.objects.filter(rotation=rotation).count()}"
    return WorkRange.objects.create(
        org_id=rotation.org_id, rotation=rotation, name=name, first=first, last=last, total=total
    )
