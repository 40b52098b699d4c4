"""Row-level security and grants, declared beside the models they protect.

Migrations enable the policies; after every migration the grants below are laid again. The
application's role owns nothing. `database_grants` on a model narrows what its role may do:
`database_grants = {"app": "SELECT, INSERT"}`.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, migrations, models

DEFAULT_APP_GRANT = "SELECT, INSERT, UPDATE, DELETE"


def app_role() -> str:
    return str(settings.DATABASES["default"]["USER"])


def engine_role() -> str:
    return str(settings.DATABASES["engine"]["USER"])


class EnableRowLevelSecurity(migrations.RunSQL):
    """Show rows of `table` only inside the organization that a Scope has entered.

    `own` adds a condition for a person's own rows, `staff` lets the vendor's admin site read, and
    `engine` opens the table to the engine's role (its grants say which columns).
    `insert` replaces the condition for new rows.
    """

    def __init__(
        self,
        table: str,
        *,
        column: str = "org_id",
        own: str = "",
        staff: bool = False,
        engine: bool = False,
        insert: str = "",
    ) -> None:
        inside = f"{column} = NULLIF(current_setting('byoc.org_id', true), '')::uuid"
        seen = " OR ".join(filter(None, [inside, own]))
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY organization ON {table} TO {app_role()} USING ({seen}) WITH CHECK ({insert or seen})",
        ]
        if staff:
            reading = "current_setting('byoc.staff', true) = 'on'"
            statements.append(f"CREATE POLICY staff ON {table} FOR SELECT TO {app_role()} USING ({reading})")
        if engine:
            statements.append(f"CREATE POLICY engine ON {table} TO {engine_role()} USING (true) WITH CHECK (true)")
        undo = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in ("organization", "staff", "engine")]
        super().__init__(
            ";\n".join(statements),
            reverse_sql=";\n".join([*undo, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]),
        )


def grant_tables(using: str = "owner", **_signal: Any) -> None:
    """Lay the grants of every table again; the receiver of `post_migrate`."""
    if using != "owner":
        return
    with connections[using].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {app_role()}, {engine_role()}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app_role()}")
        present = set(connections[using].introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table in present and model._meta.managed:
                for statement in grant_statements(model):
                    cursor.execute(statement)


def grant_statements(model: type[models.Model]) -> list[str]:
    """SQL that gives each role exactly what the model declares."""
    table = model._meta.db_table
    declared: dict[str, str] = {"app": DEFAULT_APP_GRANT, **getattr(model, "database_grants", {})}
    roles = {"app": app_role(), "engine": engine_role()}
    revoke = f"REVOKE ALL ON {table} FROM {', '.join(roles.values())}"
    return [revoke, *(f"GRANT {what} ON {table} TO {roles[name]}" for name, what in declared.items() if what)]
