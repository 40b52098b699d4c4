"""Row-level security and grants stand behind every table, read from PostgreSQL itself."""

import pytest
from django.apps import apps
from django.db import connections

from console.kernel import rls
from console.kernel.queue import Job

pytestmark = pytest.mark.django_db(databases="__all__")


def tables_of_customers() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "org_id" for field in model._meta.concrete_fields)
    } | {"accounts_organization"}


def test_every_table_of_customer_data_is_under_row_level_security() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        protected = {name for (name,) in cursor.fetchall()}
    assert tables_of_customers() - protected == set()


def test_the_application_owns_nothing_and_cannot_bypass_row_level_security() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = ANY(%s)",
            [[rls.app_role(), rls.engine_role()]],
        )
        assert dict(cursor.fetchall()) == {rls.app_role(): False, rls.engine_role(): False}
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE tableowner = ANY(%s)", [[rls.app_role(), rls.engine_role()]]
        )
        assert cursor.fetchone() == (0,)


def test_the_audit_trail_can_be_added_to_but_not_changed() -> None:
    with connections["owner"].cursor() as cursor:
        for role in (rls.app_role(), rls.engine_role()):
            for act in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(%s, 'audit_event', %s)", [role, act])
                assert cursor.fetchone() == (False,), (role, act)


def test_the_engine_reads_no_table_that_does_not_declare_it() -> None:
    undeclared = [
        model._meta.db_table
        for model in apps.get_models()
        if "engine" not in getattr(model, "database_grants", {})
    ]
    with connections["owner"].cursor() as cursor:
        for table in undeclared:
            cursor.execute("SELECT has_any_column_privilege(%s, %s, 'SELECT')", [rls.engine_role(), table])
            assert cursor.fetchone() == (False,), table


def test_every_job_has_a_task() -> None:
    from console.celery import app

    app.loader.import_default_modules()
    assert {job.value for job in Job} - set(app.tasks) == set()
