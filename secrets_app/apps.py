from importlib import import_module

from django.apps import AppConfig

STEPS = (
    "key_moves",
    "key_rehearsals",
    "keys",
    "kms_authorities",
    "region_trust",
    "root_rotation",
    "secret_deliveries",
)
"""Modules of `secrets_app.steps` that register handlers, or parts of the sync, when they are imported."""


class SecretsConfig(AppConfig):
    name = "secrets_app"

    def ready(self) -> None:
        from accounts.readings.projects import Belonging, belongs
        from secrets_app.readings import secrets

        for module in STEPS:
            import_module(f"secrets_app.steps.{module}")
        belongs(Belonging("secrets", "secrets", secrets.of_projects))
