"""Columns that are never stored in clear."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, overload
from uuid import UUID

from django.db import models

from console.encryption import deks, envelope, unreadable
from console.encryption.deks import WrappedDek
from console.encryption.envelope import CannotDecrypt, Envelope
from console.encryption.keyring import NOBODY, PLATFORM, VersionUnknown, organization_of
from console.encryption.unreadable import Unreadable

REGISTRY: list[tuple[str, str]] = []
"""Every encrypted column, as (model label, field name)."""
PREFETCHED = "_wrapped_deks"

Naming = str | Callable[[Any], str]


class Stored(bytes):
    """An envelope as the database holds it; whatever else an attribute is set to is clear."""


class New(Stored):
    """An envelope made for a row that is about to be inserted."""


class EncryptedBinaryField(models.BinaryField):  # type: ignore[type-arg]  # generic for mypy alone
    """Bytes in an envelope under a data key of their own; a fresh one each time the value is saved.

    Bound to organization, keyring, model, column and primary key, and to the attributes named in `bound_to`.
    `owner` names the column that holds the organization's id; without it the platform's keyring is used.
    `keyring` names another keyring of the organization: an attribute, or a function of the row.
    The row is saved in a transaction, with its primary key set before. Reading raises Unreadable, or
    KeyUnavailable while the key cannot be had; `prefetch` reads the data keys of many rows at once.
    """

    def __init__(
        self,
        *args: Any,
        owner: str = "",
        keyring: Naming = "",
        bound_to: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.owner = owner
        self.keyring = keyring
        self.bound_to = tuple(bound_to)
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, EncryptedAttribute(self))
        if cls.__module__ != "__fake__" and not cls._meta.abstract:
            REGISTRY.append((cls._meta.label, name))

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else None

    def encode(self, value: Any) -> bytes:
        return bytes(value)

    def decode(self, raw: bytes) -> Any:
        return raw

    def organization(self, row: models.Model) -> UUID:
        return UUID(str(getattr(row, self.owner))) if self.owner else NOBODY

    def keyring_name(self, row: models.Model) -> str:
        org_id = self.organization(row)
        name = self.keyring(row) if callable(self.keyring) else self.keyring and str(getattr(row, self.keyring))
        name = name or (str(org_id) if self.owner else PLATFORM)
        if organization_of(name) != org_id:
            raise ValueError(f"The keyring {name} is not one of the organization {org_id}.")
        return name

    def aad(self, row: models.Model) -> bytes:
        """What the value is bound to; a value is encrypted for this place alone."""
        place = (row._meta.label, self.attname, str(self.organization(row)), self.keyring_name(row), str(row.pk))
        return envelope.context("value", *place, *(str(getattr(row, name)) for name in self.bound_to))

    def held(self, row: models.Model) -> Any:
        """What the row holds: clear, Stored, or nothing."""
        if self.attname not in row.__dict__:
            row.__dict__[self.attname] = self.reread(row)
        return row.__dict__[self.attname]

    def reread(self, row: models.Model) -> Any:
        """The column as the database has it now."""
        rows = type(row)._base_manager.using(row._state.db).filter(pk=row.pk)
        return rows.values_list(self.attname, flat=True).first()

    def sealed(self, row: models.Model, dek: deks.FreshDek) -> Stored:
        """The row's clear value in an envelope."""
        clear = self.encode(row.__dict__[self.attname])
        return Stored(envelope.seal(clear, dek_id=dek.id, dek=dek.key, aad=self.aad(row)).to_bytes())

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt what was set since it was read; what was not is left as the database has it."""
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if isinstance(value, Stored):
            if isinstance(value, New):
                return value
            if add:
                raise ValueError("An envelope belongs to its row: copy the clear value into a new one.")
            return models.F(self.attname)
        using = model_instance._state.db or "default"
        (dek,) = deks.make(self.keyring_name(model_instance), using=using)
        return self.sealed(model_instance, dek)

    def from_db_value(self, value: Any, *_: Any) -> Stored | None:
        return None if value is None else Stored(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Stored):
            raise TypeError(f"{self.name} is encrypted: set it on the row and save the row.")
        return super().get_db_prep_value(value, connection, prepared)

    def value_from_object(self, obj: models.Model) -> Any:
        """What serializers and forms see: never the clear value."""
        value = obj.__dict__.get(self.attname)
        return value if isinstance(value, Stored) else None


class EncryptedField(EncryptedBinaryField):
    """Text; see EncryptedBinaryField."""

    def encode(self, value: Any) -> bytes:
        return str(value).encode()

    def decode(self, raw: bytes) -> str:
        return raw.decode()


class EncryptedAttribute:
    """Hands out clear values on reading, holds the envelope meanwhile."""

    def __init__(self, field: EncryptedBinaryField) -> None:
        self.field = field

    @overload
    def __get__(self, row: None, owner: type) -> "EncryptedAttribute": ...
    @overload
    def __get__(self, row: models.Model, owner: type) -> Any: ...
    def __get__(self, row: models.Model | None, owner: type) -> Any:
        if row is None:
            return self
        value = self.field.held(row)
        return self.field.decode(_opened(self.field, row, value)) if isinstance(value, Stored) else value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


def _opened(field: EncryptedBinaryField, row: models.Model, stored: Stored) -> bytes:
    """Open a stored value, if need be once more as the database has it now.

    Between reading the row and its data key, another transaction may have replaced both.
    """
    known = row.__dict__.get(PREFETCHED, {})
    opened = _tried(field, row, stored, known)
    if opened is None:
        row.__dict__[field.attname] = now = field.reread(row)
        opened = _tried(field, row, now, {}) if isinstance(now, Stored) else None
    if opened is None:
        _refuse(field, row)
    return opened


def _tried(
    field: EncryptedBinaryField, row: models.Model, stored: Stored, known: dict[UUID, WrappedDek]
) -> bytes | None:
    try:
        return _open(field, row, stored, known=known)
    except (CannotDecrypt, VersionUnknown):
        return None


def _open(
    field: EncryptedBinaryField, row: models.Model, stored: bytes, *, known: dict[UUID, WrappedDek]
) -> bytes:
    made = Envelope.from_bytes(stored)
    dek = known.get(made.dek_id)
    if dek is None:
        using = row._state.db or "default"
        dek = deks.fetch(field.organization(row), [made.dek_id], using=using).get(made.dek_id)
    key = deks.unwrapped(field.keyring_name(row), dek)
    return envelope.unseal(made, dek=key, aad=field.aad(row))


def _refuse(field: EncryptedBinaryField, row: models.Model) -> NoReturn:
    """Tell the trail, then the caller; the same words whatever was wrong."""
    unreadable.tell_value(row, field.name, field.organization(row))
    raise Unreadable(
        "The value cannot be read: what is stored does not open with its key.",
        todo="The attempt is in the audit trail. Save the value again, or restore it from a backup.",
    )


def prefetch(rows: Iterable[models.Model]) -> list[Any]:
    """Read the data keys of these rows, of one model and any number of organizations, in a query for each
    organization; reading their encrypted values then asks nothing more."""
    listed = list(rows)
    wanted: dict[UUID, set[UUID]] = {}
    for row, field in _fields_of(listed):
        value = row.__dict__.get(field.attname)
        if isinstance(value, Stored):
            wanted.setdefault(field.organization(row), set()).update(_dek_ids(value))
    found: dict[UUID, WrappedDek] = {}
    for org_id, ids in wanted.items():
        found |= deks.fetch(org_id, ids, using=listed[0]._state.db or "default")
    for row in listed:
        row.__dict__[PREFETCHED] = found
    return listed


def seal_all(rows: Sequence[models.Model], *, using: str = "default") -> None:
    """Encrypt what was set on many new rows, in a few statements, so that `bulk_create` can follow."""
    waiting: dict[str, list[tuple[models.Model, EncryptedBinaryField]]] = {}
    for row, field in _fields_of(rows):
        value = row.__dict__.get(field.attname)
        if value is not None and not isinstance(value, Stored):
            waiting.setdefault(field.keyring_name(row), []).append((row, field))
    for name, pairs in waiting.items():
        for (row, field), dek in zip(pairs, deks.make(name, len(pairs), using=using), strict=True):
            row.__dict__[field.attname] = New(field.sealed(row, dek))


def _fields_of(rows: Iterable[models.Model]) -> Iterable[tuple[models.Model, EncryptedBinaryField]]:
    for row in rows:
        for field in row._meta.concrete_fields:
            if isinstance(field, EncryptedBinaryField):
                yield row, field


def _dek_ids(stored: bytes) -> set[UUID]:
    try:
        return {Envelope.from_bytes(stored).dek_id}
    except CannotDecrypt:
        return set()
