"""`manage.py audit_rotate_key`: sign checkpoints and tombstones with a new key from now on."""

from typing import Any

from django.core.management.base import BaseCommand

from console.audit.actions import signing_keys
from console.kernel.scope import CONSOLE


class Command(BaseCommand):
    help = "Retire the trail's signing key and make a new one. What the old one signed stays checkable."

    def handle(self, **_options: Any) -> None:
        key = signing_keys.rotate(actor=CONSOLE)
        self.stdout.write(f"Key {key.id}, public {bytes(key.public_key).hex()}")
