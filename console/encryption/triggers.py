"""A value that is replaced or deleted takes its data key along, whoever does it and however.

Triggers are laid after every migration for each encrypted column, so that a model needs nothing but the field.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models

from console.encryption.envelope import DEK_AT, HEADER
from console.encryption.fields import REGISTRY, EncryptedBinaryField
from console.encryption.keyring import NOBODY

FUNCTION = f"""
CREATE OR REPLACE FUNCTION encryption_forget_dek() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earlier bytea;
    later bytea;
    owner uuid := '{NOBODY}';
BEGIN
    EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) INTO earlier USING OLD;
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) INTO later USING NEW;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO owner USING OLD;
    END IF;
    IF octet_length(earlier) >= {HEADER.size}
        AND substr(earlier, {DEK_AT}, 16) IS DISTINCT FROM substr(later, {DEK_AT}, 16) THEN
        DELETE FROM encryption_dek
        WHERE org_id = owner AND id = encode(substr(earlier, {DEK_AT}, 16), 'hex')::uuid;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608  numbers of this package, no input
ON_UPDATE = """
CREATE OR REPLACE TRIGGER {name}_replaced AFTER UPDATE OF {column} ON {table} FOR EACH ROW
WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION encryption_forget_dek('{column}', '{owner}')
"""
ON_DELETE = """
CREATE OR REPLACE TRIGGER {name}_deleted AFTER DELETE ON {table} FOR EACH ROW
WHEN (OLD.{column} IS NOT NULL) EXECUTE FUNCTION encryption_forget_dek('{column}', '{owner}')
"""


def lay_triggers(using: str = "owner", **_signal: Any) -> None:
    """The receiver of `post_migrate`."""
    if using != "owner":
        return
    with connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        if "encryption_dek" not in present:
            return
        cursor.execute(FUNCTION)
        for model, field in fields():
            if model._meta.db_table in present and _has_column(cursor, model, field):
                for statement in statements(model, field):
                    cursor.execute(statement)


def fields() -> list[tuple[type[models.Model], EncryptedBinaryField]]:
    """Every encrypted column with its model."""
    found = []
    for label, name in REGISTRY:
        model = apps.get_model(label)
        field = model._meta.get_field(name)
        assert isinstance(field, EncryptedBinaryField)
        found.append((model, field))
    return found


def statements(model: type[models.Model], field: EncryptedBinaryField) -> list[str]:
    owner = str(getattr(model._meta.get_field(field.owner), "column", "")) if field.owner else ""
    names = {
        "name": f"dek_of_{field.column}",
        "table": model._meta.db_table,
        "column": field.column,
        "owner": owner,
    }
    return [ON_UPDATE.format(**names), ON_DELETE.format(**names)]


def _has_column(cursor: Any, model: type[models.Model], field: EncryptedBinaryField) -> bool:
    cursor.execute(
        "SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = %s AND column_name = %s)",
        [model._meta.db_table, field.column],
    )
    return bool(cursor.fetchone()[0])
