"""The sandbox as a Django app: it has pages and no tables."""

from django.apps import AppConfig

from console.web import navigation
from console.web.navigation import Entry


class SandboxConfig(AppConfig):
    name = "sandbox"

    def ready(self) -> None:
        """Add the page to the side navigation, once."""
        entry = Entry("Sandbox", "sandbox", "flask-conical", None, "End")
        if entry not in navigation.NAVIGATION:
            navigation.NAVIGATION = (entry, *navigation.NAVIGATION)
