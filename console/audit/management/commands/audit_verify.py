"""`manage.py audit_verify`: walk one chain or all of them; ends with 1 if a place does not fit."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from console.audit.models import PLATFORM, AuditLink
from console.audit.readings.verification import check


class Command(BaseCommand):
    help = "Verify the audit trail's chains: every link, every text, every readable column, every signature."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organizations", nargs="*", type=UUID, help="ids; without any: every chain")
        parser.add_argument("--processes", type=int, default=1)

    def handle(self, **options: Any) -> None:
        chains = options["organizations"] or self._every()
        broken = 0
        for org_id in chains:
            found = check(org_id, using="owner", processes=options["processes"])
            name = "the platform" if org_id == PLATFORM else str(org_id)
            self.stdout.write(
                f"{name}: {found.checked} links, {found.purged} purged, {len(found.findings)} places"
            )
            for each in found.findings:
                self.stdout.write(f"  link {each.seq}, event {each.event_id}: {each.kind}. {each.sentence}")
            broken += not found.ok
        if broken:
            raise CommandError(f"{broken} of {len(chains)} chains do not fit.")

    def _every(self) -> list[UUID]:
        return list(
            AuditLink.objects.using("owner").order_by("org_id").values_list("org_id", flat=True).distinct()
        )
