from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "regions"

    def ready(self) -> None:
        """Importing the steps registers their handlers."""
        from regions.steps import departure, publication, verification  # noqa: F401
