from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "console.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from console import bindings

        bindings.bind()
