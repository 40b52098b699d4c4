"""Which connection does what: the owner migrates, the engine claims steps, the application does the rest."""

from typing import Any


class OwnerMigrates:
    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, _one: object, _other: object, **_hints: Any) -> bool:
        return True
