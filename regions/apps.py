from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "regions"

    def ready(self) -> None:
        """Importing the steps registers their handlers."""
        from regions.steps import (  # noqa: F401
            attach,
            certificate,
            database_password,
            departure,
            detach,
            drift_revert,
            drift_scan,
            health,
            publication,
            region_ends,
            resources,
            smoke,
            surplus,
            verification,
        )
