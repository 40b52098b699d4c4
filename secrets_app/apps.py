from django.apps import AppConfig


class SecretsConfig(AppConfig):
    name = "secrets_app"

    def ready(self) -> None:
        """Importing the steps and the parts of the sync registers them."""
        from secrets_app.steps import key_moves, keys, region_trust, root_rotation, secret_deliveries  # noqa: F401
