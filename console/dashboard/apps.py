from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "console.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        """Importing the steps registers their handlers."""
        from console import bindings
        from console.dashboard.steps import verification  # noqa: F401

        bindings.bind()
