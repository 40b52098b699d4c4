"""The row by which `/readyz` knows that a worker looks for due steps."""

from datetime import datetime, timedelta

from django.db import connections

from console.operations.engine.lanes import ENGINE

FORGOTTEN_AFTER = timedelta(hours=1)
BEAT = """
INSERT INTO operations_worker_heartbeat (worker, seen_at) VALUES (%(worker)s, %(now)s)
ON CONFLICT (worker) DO UPDATE SET seen_at = excluded.seen_at
"""
FORGET = "DELETE FROM operations_worker_heartbeat WHERE seen_at < %(before)s"


def beat(worker: str, now: datetime) -> None:
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(BEAT, {"worker": worker, "now": now})


def forget_gone(now: datetime) -> None:
    with connections[ENGINE].cursor() as cursor:
        cursor.execute(FORGET, {"before": now - FORGOTTEN_AFTER})
