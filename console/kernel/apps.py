from django.apps import AppConfig
from django.db.models.signals import post_migrate

from console.kernel import rls


class KernelConfig(AppConfig):
    name = "console.kernel"
    label = "kernel"

    def ready(self) -> None:
        post_migrate.connect(rls.grant_tables, dispatch_uid="console.kernel.grants")
