"""Who may do what with data keys, as PostgreSQL has it."""

import pytest
from django.db import connections

from console.kernel import rls

pytestmark = pytest.mark.django_db(databases="__all__")


def may(role: str, act: str, column: str = "") -> bool:
    kind, target = ("column", f"'{column}', ") if column else ("table", "")
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT has_{kind}_privilege(%s, 'encryption_dek', {target}%s)", [role, act])
        return bool(cursor.fetchone()[0])


def test_the_application_makes_and_forgets_data_keys_but_changes_none() -> None:
    app = rls.app_role()
    assert [may(app, act) for act in ("SELECT", "INSERT", "DELETE", "UPDATE")] == [True, True, True, False]


def test_the_engine_rewraps_and_does_nothing_else() -> None:
    engine = rls.engine_role()
    assert [may(engine, act) for act in ("SELECT", "INSERT", "DELETE")] == [True, False, False]
    columns = ("org_id", "id", "kek_version", "wrapped")
    assert [may(engine, "UPDATE", column) for column in columns] == [False, False, True, True]


def test_the_table_is_narrow_half_empty_and_has_no_index_that_a_rewrap_touches() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'encryption_dek'")
        assert cursor.fetchone() == (["fillfactor=50"],)
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'encryption_dek'")
        (index,) = [row[0] for row in cursor.fetchall()]
    assert index.endswith("(org_id, id)")


def test_every_encrypted_column_forgets_its_data_key_with_its_value() -> None:
    from console.encryption.triggers import fields

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = set(cursor.fetchall())
    wanted = {
        (model._meta.db_table, f"dek_of_{field.column}_{act}")
        for model, field in fields()
        for act in ("replaced", "deleted")
    }
    assert wanted - there == set()
