"""Tells the trail of values and keys that cannot be read; implements `console.encryption.unreadable.Witness`."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, models

from console.audit.actions import events as audit
from console.audit.models import Outcome
from console.encryption.models import KeyPolicy
from console.kernel.clock import Clock, now
from console.kernel.scope import Scope, of_console
from console.web import request_ids

logger = logging.getLogger("secrets_app.keys")
PATIENCE_SECONDS = 5.0
ONCE_IN = timedelta(minutes=1)
MOST_REMEMBERED = 1_000


class Trail:
    """Writes by a connection of its own, since who reads in vain mostly rolls back; each thing once a minute."""

    def __init__(self, clock: Clock = now) -> None:
        self._clock = clock
        self._told: dict[str, datetime] = {}
        self._lock = Lock()

    def value(self, row: models.Model, column: str, org_id: UUID) -> None:
        def write(scope: Scope) -> None:
            audit.record(scope, "value:unreadable", row, outcome=Outcome.FAILED, field=column)

        self._tell(f"{row._meta.label}.{column}:{row.pk}", org_id, write)

    def key(self, keyring: str, org_id: UUID, words: str) -> None:
        def write(scope: Scope) -> None:
            policy = KeyPolicy.objects.visible_to(scope).first()
            facts: dict[str, Any] = {"keyring": keyring, "words": words[:500]}
            audit.record(scope, "key:unavailable", policy, outcome=Outcome.FAILED, **facts)

        self._tell(f"key:{keyring}", org_id, write)

    def _tell(self, what: str, org_id: UUID, write: Callable[[Scope], None]) -> None:
        if not self._is_news(what):
            return
        request_id = request_ids.current.get()
        thread = Thread(target=_written, args=(org_id, request_id, write), name="trail", daemon=True)
        thread.start()
        thread.join(PATIENCE_SECONDS)

    def _is_news(self, what: str) -> bool:
        at = self._clock()
        with self._lock:
            if len(self._told) > MOST_REMEMBERED:
                self._told.clear()
            known = self._told.get(what)
            if known and at - known < ONCE_IN:
                return False
            self._told[what] = at
            return True


def _written(org_id: UUID, request_id: str, write: Callable[[Scope], None]) -> None:
    scope = of_console(org_id, request_id="" if request_id == "-" else request_id)
    try:
        with scope.entered():
            write(scope)
    except DatabaseError:
        logger.exception("A value that cannot be read could not be told to the trail.")
    finally:
        connections.close_all()
