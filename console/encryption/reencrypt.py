"""Fresh data keys for every value under a keyring: what a compromised KEK asks for.

Whoever had the KEK may have unwrapped data keys, so re-wrapping is not enough. Runs by the application's role
within the organization, a batch of rows a transaction, with a cursor as re-wrapping has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F

from console.encryption import deks, fields
from console.encryption.fields import EncryptedBinaryField, Stored
from console.encryption.keyring import NOBODY, organization_of
from console.encryption.models import WorkRange
from console.encryption.triggers import fields as encrypted_columns
from console.encryption.unreadable import Unreadable

BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    model: type[models.Model]
    field: EncryptedBinaryField

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def rows(self, org_id: UUID) -> models.QuerySet[models.Model]:
        rows = self.model._base_manager.exclude(**{self.field.name: None}).order_by("pk")
        return rows.filter(**{self.field.owner: org_id}) if self.field.owner else rows


def columns_of(name: str) -> list[Column]:
    """Encrypted columns that may hold values under the keyring: the organizations', or the platform's."""
    platform = organization_of(name) == NOBODY
    return [Column(*found) for found in encrypted_columns() if bool(found[1].owner) is not platform]


def column_named(name: str) -> Column:
    return next(one for one in (Column(*found) for found in encrypted_columns()) if one.name == name)


def reencrypt_batch(work: WorkRange, keyring: str, *, at: datetime) -> bool:
    """Encrypt the next rows of the range's column anew, in the caller's transaction, which has entered the
    organization. Returns whether nothing is left. What cannot be read is counted and left as it is."""
    column = column_named(work.field)
    work = WorkRange.objects.select_for_update().get(pk=work.pk)
    if work.finished_at:
        return True
    waiting = column.rows(organization_of(keyring)).filter(pk__gt=work.cursor or NOBODY)
    rows = fields.prefetch(waiting.select_for_update(no_key=True)[:BATCH])
    ours = [row for row in rows if column.field.keyring_name(row) == keyring]
    readable = [(row, clear) for row in ours if (clear := _clear(column.field, row)) is not None]
    _write(column, keyring, readable)
    _advance(work, rows, len(readable), len(ours) - len(readable), over=len(rows) < BATCH, at=at)
    return len(rows) < BATCH


def _clear(field: EncryptedBinaryField, row: models.Model) -> Any:
    try:
        return getattr(row, field.attname)
    except Unreadable:
        return None


def _write(column: Column, keyring: str, readable: Sequence[tuple[models.Model, Any]]) -> None:
    fresh = deks.make(keyring, len(readable)) if readable else []
    table, name = column.model._meta.db_table, column.field.column
    key = column.model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        for (row, clear), dek in zip(readable, fresh, strict=True):
            row.__dict__[column.field.attname] = clear
            sealed: Stored = column.field.sealed(row, dek)
            cursor.execute(
                f'UPDATE "{table}" SET "{name}" = %s WHERE "{key.column}" = %s',  # noqa: S608  a model's own names
                [bytes(sealed), row.pk],
            )


def _advance(
    work: WorkRange, rows: Sequence[models.Model], done: int, unopened: int, *, over: bool, at: datetime
) -> None:
    WorkRange.objects.filter(pk=work.pk).update(
        cursor=rows[-1].pk if rows else work.cursor,
        done=F("done") + done,
        unopened=F("unopened") + unopened,
        started_at=work.started_at or at,
        changed_at=at,
        finished_at=at if over else None,
    )
