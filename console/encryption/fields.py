"""A text column that is never stored in clear."""

from typing import Any, overload

from django.db import models

from console.encryption import envelope
from console.encryption.keyring import PLATFORM, keyring

REGISTRY: list[tuple[str, str]] = []
"""Every encrypted column, as (model label, field name)."""


class EncryptedField(models.BinaryField):  # type: ignore[type-arg]  # generic for mypy alone
    """Text under an envelope whose context is model, column, keyring and primary key.

    `owner` names the attribute that holds the organization's id; without it the platform's keyring
    is used (personal secrets). The row's primary key must be set before it is saved.
    Reading raises CannotDecrypt if the stored bytes belong to another row or key.
    """

    def __init__(self, *args: Any, owner: str = "", **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"owner": self.owner} if self.owner else {})}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, EncryptedAttribute(self))
        if cls.__module__ != "__fake__":
            REGISTRY.append((cls._meta.label, name))

    def keyring_name(self, row: models.Model) -> str:
        return str(getattr(row, self.owner)) if self.owner else PLATFORM

    def aad(self, row: models.Model) -> bytes:
        return envelope.context(row._meta.label, self.attname, self.keyring_name(row), str(row.pk))

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:  # noqa: ARG002  Django's signature
        """Encrypt a value that was set since it was read; stored bytes pass unchanged."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str):
            ring = keyring(self.keyring_name(model_instance))
            value = envelope.seal(value.encode(), keyring=ring, aad=self.aad(model_instance)).to_bytes()
            model_instance.__dict__[self.attname] = value
        return value


class EncryptedAttribute:
    """Hands out clear text on reading, holds the envelope meanwhile."""

    def __init__(self, field: EncryptedField) -> None:
        self.field = field

    @overload
    def __get__(self, row: None, owner: type) -> "EncryptedAttribute": ...
    @overload
    def __get__(self, row: models.Model, owner: type) -> str | None: ...
    def __get__(self, row: models.Model | None, owner: type) -> "EncryptedAttribute | str | None":
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        if value is None or isinstance(value, str):
            return value
        ring = keyring(self.field.keyring_name(row))
        return envelope.unseal(
            envelope.Envelope.from_bytes(bytes(value)), keyring=ring, aad=self.field.aad(row)
        ).decode()

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value
