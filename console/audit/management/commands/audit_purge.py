"""`manage.py audit_purge`: purge what no organization's retention covers, as the worker does by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from console.audit.actions import retention
from console.kernel.clock import now


class Command(BaseCommand):
    help = "Purge the events that are older than their organization keeps them; links and tombstones stay."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"{retention.purge_all(at=now())} events were purged.")
