from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EncryptionConfig(AppConfig):
    name = "console.encryption"
    label = "encryption"

    def ready(self) -> None:
        from console.encryption import triggers

        post_migrate.connect(triggers.lay_triggers, dispatch_uid="console.encryption.triggers")
