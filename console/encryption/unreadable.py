"""A value that does not open: one error for people, whatever the cause, and a line in the trail."""

from typing import Protocol
from uuid import UUID

from django.db import models

from console.encryption.envelope import CannotDecrypt
from console.kernel.errors import ConsoleError


class Unreadable(ConsoleError, CannotDecrypt):
    code = "value_unreadable"
    status = 409
    title = "A value cannot be read"


class Witness(Protocol):
    """Writes the trail, whatever becomes of the transaction that saw it. The nil UUID means the platform."""

    def value(self, row: models.Model, column: str, org_id: UUID) -> None:
        """What is stored does not open with its key."""

    def key(self, keyring: str, org_id: UUID, words: str) -> None:
        """The root provider did not give a keyring's key."""


_witnesses: list[Witness] = []


def bind(witness: Witness) -> None:
    _witnesses[:] = [witness]


def tell_value(row: models.Model, column: str, org_id: UUID) -> None:
    for witness in _witnesses:
        witness.value(row, column, org_id)


def tell_key(keyring: str, org_id: UUID, words: str) -> None:
    for witness in _witnesses:
        witness.key(keyring, org_id, words)
