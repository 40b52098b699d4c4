"""`manage.py rotate_platform_keys`: rotates the keyring of personal secrets, which belongs to no organization."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from console.encryption.keyring import NOBODY
from console.encryption.models import Cause
from console.kernel.scope import of_console
from console.operations.models import Operation
from console.operations.states import OperationState
from secrets_app.actions import keys

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Start a rotation of the platform's keyring; workers carry it out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--compromised", action="store_true", help="give every value a fresh data key too")
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="wait for its end")

    def handle(self, *_: Any, compromised: bool, wait: float, **__: Any) -> None:
        scope = of_console(NOBODY)
        with scope.entered():
            operation = keys.start(scope=scope, cause=Cause.COMPROMISED if compromised else Cause.PERSON)
        self.stdout.write(f"{operation.title}: operation {operation.id} was started.")
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            with scope.entered():
                found = Operation.objects.visible_to(scope).get(pk=operation.id)
            if found.ended or found.state == OperationState.BLOCKED:
                return self._say(found)
            time.sleep(PAUSE_SECONDS)
        return None

    def _say(self, operation: Operation) -> None:
        if operation.state != OperationState.SUCCEEDED:
            raise CommandError(f"It is {operation.state}: {operation.message}")
        self.stdout.write(operation.steps.get(name="verify").message)
