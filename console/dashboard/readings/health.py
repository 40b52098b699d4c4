"""Whether the parts that the console stands on can be reached."""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from console.kernel.clock import now
from console.operations.models import WorkerHeartbeat

HEARTBEAT_AGE = timedelta(seconds=15)
TIMEOUT_SECONDS = 1.0


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.BROKER_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def worker_lives() -> bool:
    """A worker wrote its heartbeat row within the last 15 seconds."""
    try:
        return WorkerHeartbeat.objects.filter(seen_at__gte=now() - HEARTBEAT_AGE).exists()
    except DatabaseError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "broker": broker_answers,
    "worker": worker_lives,
}


def report() -> dict[str, bool]:
    return {name: check() for name, check in CHECKS.items()}
