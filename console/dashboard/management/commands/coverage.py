"""Write the document of what is promised and what keeps it; needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.dashboard.coverage import document


class Command(BaseCommand):
    help = "Write the document of what is promised and what keeps it, usually to docs/coverage.md."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")

    def handle(self, *_: Any, **options: Any) -> None:
        options["path"].write_text(document.text(), encoding="utf-8")
