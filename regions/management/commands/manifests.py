"""Print a plan's managed-resource manifests as YAML documents; needs no database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from regions.blueprints import blueprint, to_yaml
from regions.questionnaire.plan import RegionPlan
from regions.questionnaire.sample import sample_plan


class Command(BaseCommand):
    help = "Print the manifests of a plan (a file with its JSON document), or of the sample plan."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("plan", nargs="?", type=Path, help="a plan as JSON, as its page exports it")
        which.add_argument("--sample", action="store_true", help="AWS, production, all defaults")

    def handle(self, *_: Any, **options: Any) -> None:
        path: Path | None = options["plan"]
        plan = _read(path) if path else sample_plan()
        self.stdout.write(to_yaml(blueprint(plan.spec)), ending="")


def _read(path: Path) -> RegionPlan:
    try:
        document = json.loads(path.read_text())
        return RegionPlan.from_document(document.get("plan", document))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise CommandError(f"{path} is not a plan's JSON document: export one from the plan's page.") from error
