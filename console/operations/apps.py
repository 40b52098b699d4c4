from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "console.operations"
    label = "operations"

    def ready(self) -> None:
        from console.operations import gate  # noqa: F401  registers its handler
