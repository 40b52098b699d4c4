"""A value that does not open: one error for people, whatever the cause, and a line in the trail."""

from collections.abc import Callable
from uuid import UUID

from django.db import models

from console.encryption.envelope import CannotDecrypt
from console.kernel.errors import ConsoleError

Witness = Callable[[models.Model, str, UUID], None]
"""Told the row, the column and the organization (the nil UUID for the platform)."""

_witnesses: list[Witness] = []


class Unreadable(ConsoleError, CannotDecrypt):
    code = "value_unreadable"
    status = 409
    title = "A value cannot be read"


def bind(witness: Witness) -> None:
    _witnesses[:] = [witness]


def tell(row: models.Model, column: str, org_id: UUID) -> None:
    for witness in _witnesses:
        witness(row, column, org_id)
